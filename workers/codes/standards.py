"""Codes D: what is proposed keeps the rules of good APIs, tables and migrations."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "D01": Code(
        "A proposed table has no primary key",
        "Rows that cannot be named cannot be updated, replicated or referenced.",
        "CREATE TABLE t (name text)",
        "CREATE TABLE t (id uuid PRIMARY KEY, name text)",
    ),
    "D02": Code(
        "A proposed foreign key has no index",
        "Joins and cascades read the whole table.",
        "order_id bigint REFERENCES orders (id), and no index",
        "CREATE INDEX ix_items_order_id ON items (order_id)",
        severity="warning",
    ),
    "D03": Code(
        "A proposed reference does not say what a delete does",
        "The default differs from what most expect.",
        "REFERENCES orders (id)",
        "REFERENCES orders (id) ON DELETE CASCADE",
        severity="warning",
    ),
    "D04": Code(
        "A proposed migration cannot be undone",
        "A deployment that goes wrong needs a way back.",
        '{"up": "ALTER TABLE ..."} without down',
        '{"up": "...", "down": "..."}',
    ),
    "D05": Code(
        "A NOT NULL column without default is added to an existing table",
        "It fails on the first row that is there.",
        "ALTER TABLE orders ADD COLUMN total int NOT NULL",
        "ALTER TABLE orders ADD COLUMN total int NOT NULL DEFAULT 0",
    ),
    "D06": Code(
        "A proposed index locks its table",
        "PostgreSQL stops writes while it is made, unless told otherwise.",
        "CREATE INDEX i ON orders (user_id)",
        "CREATE INDEX CONCURRENTLY i ON orders (user_id)",
        severity="warning",
    ),
    "D07": Code(
        "A proposed name is not in snake case",
        "Names in other cases must be quoted in SQL.",
        "orderItems",
        "order_items",
        severity="warning",
    ),
    "D08": Code(
        "A proposed table has no timestamps",
        "When a row was made is asked sooner or later.",
        "columns id, name, price",
        "and created_at, updated_at",
        severity="warning",
    ),
    "D09": Code(
        "A proposed path has no version",
        "It cannot be changed without breaking its callers.",
        "/orders",
        "/api/v1/orders",
        severity="warning",
    ),
    "D10": Code(
        "A GET that reads as if it changed something",
        "Caches and crawlers repeat a GET.",
        "GET /api/v1/orders/{id}/cancel",
        "POST /api/v1/orders/{id}/cancel",
        severity="warning",
    ),
    "D11": Code(
        "A proposed collection is not plural",
        "Callers guess paths.",
        "/api/v1/order",
        "/api/v1/orders",
        severity="warning",
    ),
    "D12": Code(
        "A status that does not fit its method",
        "Clients act upon it.",
        "DELETE with 201",
        "DELETE with 204",
        severity="warning",
    ),
    "D13": Code(
        "A proposed collection has no paging",
        "It grows until it times out.",
        "GET /api/v1/orders without limit",
        "limit (default 50, at most 200) and cursor",
        severity="warning",
    ),
    "D14": Code(
        "Paging without an upper bound",
        "One call asks for everything.",
        "limit, offset",
        "limit at most 200, offset",
        severity="warning",
    ),
    "D15": Code(
        "A proposed endpoint has no rate limit",
        "It invites abuse.",
        '"rate_limiting": "None"',
        '"rate_limiting": "100 a minute per user"',
        severity="warning",
    ),
    "D16": Code(
        "A protected endpoint names neither 401 nor 403",
        "Its callers must handle them.",
        '["404: no such order"]',
        '["401: no valid token", "404: no such order"]',
        severity="warning",
    ),
    "D17": Code(
        "A sensitive change is not audited",
        "Who changed a role or a payment is asked after every incident.",
        "DELETE /api/v1/users/{id} with no word on logging",
        "an entry audit_logging, or how it is logged in implementation_notes",
        severity="warning",
    ),
}

"""Reports that contradict each other, and reports that only look so: data for test_scribe.

A case has the reports of two to five workers, as dictionaries by kind of entry. PLANTED cases have
the code that must be reported, and where: a worker and a pointer for each place.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from workers.deliverables.profile import EntryList
from workers.hive.scribe.account import Account

ROOT = "/home/dev/shop"
LISTS = {
    kind: EntryList(key, kind, prefix)
    for kind, key, prefix in (
        ("endpoint", "endpoints_listed", "API"),
        ("table", "tables_listed", "DB"),
        ("service", "services_listed", "SVC"),
        ("security", "measures", "SEC"),
        ("performance", "optimised", "PERF"),
        ("component", "components", "CMP"),
        ("client_route", "client_routes", "RTE"),
        ("suite", "suites", "SUI"),
        ("coverage_figure", "coverage_figures", "COV"),
        ("pipeline", "pipelines", "PIP"),
        ("image", "images", "IMG"),
        ("environment_variable", "variables", "ENV"),
        ("environment", "environments", "ENV"),
        ("module", "modules", "MOD"),
        ("vulnerability", "vulnerabilities", "VUL"),
        ("dependency", "dependencies", "DEP"),
        ("token", "tokens", "TOK"),
        ("source", "sources", "SRC"),
        ("option", "options", "OPT"),
        ("contrast", "contrasts", "CON"),
        ("record", "data_flows", "FLW"),
        ("widget", "widgets", "WGT"),
    )
}
Report = dict[str, Any]


class Case(NamedTuple):
    """Reports by worker; `places` are the workers and pointers that a problem must name."""

    name: str
    code: str
    reports: dict[str, Report]
    places: tuple[tuple[str, str], ...] = ()


def account(worker: str, report: Report, verdicts: dict[str, str] | None = None) -> Account:
    """Make an account of a report whose lists are named by their kinds."""
    data: dict[str, Any] = {}
    for name, value in report.items():
        if name in LISTS:
            data[LISTS[name].key] = value
        elif name == "files":
            data["analysis_metadata"] = {"files_analyzed": [f"{ROOT}/{file}" for file in value]}
        else:
            data[name] = value
    return Account(f"{worker}-worker", data, tuple(LISTS.values()), ROOT, verdicts or {})


def accounts(case: Case) -> list[Account]:
    """Make the accounts of a case."""
    return [account(worker, report) for worker, report in case.reports.items()]


def at(file: str, line: int, snippet: str | None = None, end: int | None = None) -> Any:
    """Return evidence of one place."""
    item: dict[str, Any] = {"file": f"{ROOT}/{file}", "line": line}
    if end is not None:
        item["end_line"] = end
    if snippet is not None:
        item["snippet"] = snippet
    return [item]


def route(method: str, path: str, where: Any = None, **fields: Any) -> Report:
    """Return an endpoint."""
    row = {"endpoint": f"{method} {path}", "method": method, "path": path, "status": "existing"}
    return {**row, "evidence": where or at("app/orders.py", 12), **fields}


def status(number: int) -> Any:
    """Return the format of an answer."""
    return {"success_status": number}


def table(name: str, *columns: Report, **fields: Any) -> Report:
    """Return a table; fields that start with `schema_` are parts of its schema."""
    schema = {"columns": list(columns), "indexes": [], "relationships": []}
    schema |= {key[7:]: fields.pop(key) for key in list(fields) if key.startswith("schema_")}
    row = {"table_name": name, "status": "existing", "schema": schema}
    return {**row, "evidence": at("db/schema.sql", 3), **fields}


def column(name: str, kind: str = "integer", **fields: Any) -> Report:
    """Return a column."""
    return {"name": name, "type": kind, **fields}


def finding(severity: str, where: Any, title: str = "Something", **fields: Any) -> Report:
    """Return a finding."""
    return {"id": "X-1", "title": title, "severity": severity, "evidence": where, **fields}


def claim(kind: str, **fields: Any) -> Report:
    """Return what a finding claims."""
    return {"claims": [{"kind": kind, **fields}]}


def two(name: str, code: str, kind: str, first: Report, second: Report, *more: str) -> Case:
    """Return a case of two reports with one entry each; `more` are ends of the two pointers."""
    key = "findings" if kind == "findings" else LISTS[kind].key
    ends = more if len(more) == 2 else more * 2
    places = tuple(
        (worker, f"/{key}/0{end}") for worker, end in zip(("backend", "other"), ends, strict=False)
    )
    return Case(name, code, {"backend": {kind: [first]}, "other": {kind: [second]}}, places)


ORDERS = "app/orders.py"
PLANTED: tuple[Case, ...] = (
    # Endpoints: guard, limit, cache, answer, method, path.
    two("one says guarded, one open", "X01", "endpoint",
        route("GET", "/orders", requires_auth=True), route("GET", "/orders", requires_auth=False),
        "/requires_auth"),
    two("a parameter of another name", "X01", "endpoint",
        route("GET", "/orders/{id}", requires_auth=True),
        route("get", "/orders/:order_id/", requires_auth=False), "/requires_auth"),
    two("another rate limit", "X01", "endpoint",
        route("POST", "/login", rate_limited=True), route("POST", "/login", rate_limited=False),
        "/rate_limited"),
    two("cached or not", "X01", "endpoint",
        route("GET", "/rates", cached=True), route("GET", "/rates", cached=False), "/cached"),
    two("another success status", "X01", "endpoint",
        route("POST", "/orders", response_format=status(201)),
        route("POST", "/orders", response_format=status(200)), "/response_format/success_status"),
    two("mounted below a prefix, on one line", "X01", "endpoint",
        route("GET", "/orders", requires_auth=True),
        route("GET", "/api/orders", requires_auth=False), "/requires_auth"),
    two("one operation, another method", "X01", "endpoint",
        route("PUT", "/orders/{id}", operation="updateOrder"),
        route("PATCH", "/orders/{id}", operation="updateOrder"), "/method"),
    two("one operation, another path", "X01", "endpoint",
        route("GET", "/orders", operation="listOrders"),
        route("GET", "/purchases", operation="listOrders"), "/path"),
    two("one name on one line, another method", "X01", "endpoint",
        route("POST", "/orders", endpoint="Create order"),
        route("PUT", "/orders", endpoint="create order"), "/method"),
    two("one name on one line, another path", "X01", "endpoint",
        route("POST", "/orders", endpoint="Create order"),
        route("POST", "/basket", endpoint="Create order"), "/path"),
    two("a GraphQL field", "X01", "endpoint",
        route("POST", "/graphql", protocol="graphql", operation="orders", requires_auth=True),
        route("POST", "/graphql", protocol="graphql", operation="orders", requires_auth=False),
        "/requires_auth"),
    two("a queue", "X01", "endpoint",
        route("ANY", "/q", protocol="queue", operation="order.paid", rate_limited=True),
        route("POST", "/other", protocol="queue", operation="order.paid", rate_limited=False),
        "/rate_limited"),
    two("two that propose", "X01", "endpoint",
        route("POST", "/refunds", status="proposed", requires_auth=True),
        route("POST", "/refunds", status="proposed", requires_auth=False), "/requires_auth"),
    Case("three against one", "X01", {
        "backend": {"endpoint": [route("GET", "/orders", requires_auth=True)]},
        "frontend": {"endpoint": [route("GET", "/orders", requires_auth=True)]},
        "test": {"endpoint": [route("GET", "/orders", requires_auth=True)]},
        "analyzer": {"endpoint": [route("GET", "/orders", requires_auth=False)]},
    }, (("backend", "/endpoints_listed/0/requires_auth"),
        ("analyzer", "/endpoints_listed/0/requires_auth"))),
    Case("the fifth report", "X01", {
        **{name: {"endpoint": [route("GET", "/x")]} for name in ("a", "b", "c")},
        "d": {"endpoint": [route("GET", "/y"), route("GET", "/x", cached=True)]},
        "e": {"endpoint": [route("GET", "/x", cached=False)]},
    }, (("d", "/endpoints_listed/1/cached"), ("e", "/endpoints_listed/0/cached"))),
    # Tables and columns.
    two("another type", "X02", "table",
        table("orders", column("total", "numeric(10,2)")), table("orders", column("total", "text")),
        "/schema/columns/0/type"),
    two("another length", "X02", "table",
        table("users", column("email", "varchar(255)")),
        table("users", column("email", "character varying(100)")), "/schema/columns/0/type"),
    two("another precision", "X02", "table",
        table("orders", column("total", "numeric(10,2)")),
        table("orders", column("total", "decimal(12,2)")), "/schema/columns/0/type"),
    two("uuid and integer", "X02", "table",
        table("orders", column("id", "uuid")), table("orders", column("id", "bigint")),
        "/schema/columns/0/type"),
    two("nullable or not", "X02", "table",
        table("users", column("email", "text", nullable=True)),
        table("users", column("email", "text", nullable=False)), "/schema/columns/0/nullable"),
    two("another primary key", "X02", "table",
        table("lines", column("id", primary_key=True), column("sku")),
        table("lines", column("id", primary_key=False), column("sku")),
        "/schema/columns/0/primary_key"),
    two("unique or not", "X02", "table",
        table("users", column("email", "text", unique=True)),
        table("users", column("email", "text", unique=False)), "/schema/columns/0/unique"),
    two("another table referred to", "X02", "table",
        table("orders", column("user_id", references="users.id")),
        table("orders", column("user_id", references="customers.id")),
        "/schema/columns/0/references"),
    two("another column referred to", "X02", "table",
        table("orders", column("user_id", references="users.id")),
        table("orders", column("user_id", references="users.email")),
        "/schema/columns/0/references"),
    two("another default", "X02", "table",
        table("orders", column("state", "text", default="'new'")),
        table("orders", column("state", "text", default="open")), "/schema/columns/0/default"),
    two("the schema written out", "X02", "table",
        table("public.orders", column("id", "uuid")), table("orders", column("id", "int")),
        "/schema/columns/0/type"),
    two("CamelCase and snake_case", "X02", "table",
        table("order_items", column("unitPrice", "text")),
        table("OrderItems", column("unit_price", "integer")), "/schema/columns/0/type"),
    two("an index that is unique", "X02", "table",
        table("users", schema_indexes=[{"columns": ["email"], "unique": True, "type": "btree"}]),
        table("users", schema_indexes=[{"columns": ["email"], "unique": False, "type": "btree"}]),
        "/schema/indexes/0/unique"),
    two("the second column", "X02", "table",
        table("orders", column("id"), column("paid_at", "timestamp")),
        table("orders", column("paid_at", "boolean")),
        "/schema/columns/1/type", "/schema/columns/0/type"),
    two("two that propose one table", "X02", "table",
        table("refunds", column("amount", "integer"), status="proposed"),
        table("refunds", column("amount", "text"), status="proposed"), "/schema/columns/0/type"),
    two("one relationship, another kind", "X07", "table",
        table("orders", schema_relationships=[
            {"type": "ONE_TO_MANY", "related_table": "users", "foreign_key": "user_id"}]),
        table("orders", schema_relationships=[
            {"type": "MANY_TO_ONE", "related_table": "users", "foreign_key": "user_id"}]),
        "/schema/relationships/0/type"),
    two("int and bigint", "X07", "table",
        table("orders", column("id", "int")), table("orders", column("id", "bigint")),
        "/schema/columns/0/type"),
    # Severities.
    two("one claim, another severity", "X03", "findings",
        finding("high", at("db/schema.sql", 9),
                **claim("missing_index", table="orders", columns=["user_id"])),
        finding("low", at("app/db.py", 4),
                **claim("missing_index", table="orders", columns=["user_id"])), "/severity"),
    two("one endpoint without a guard", "X03", "findings",
        finding("critical", at(ORDERS, 12), **claim("missing_auth", method="GET", path="/orders")),
        finding("medium", at(ORDERS, 12), **claim("missing_auth", method="GET", path="/orders")),
        "/severity"),
    two("one line, one kind of claim", "X03", "findings",
        finding("high", at(ORDERS, 30), **claim("n_plus_one", file=ORDERS, line=30)),
        finding("medium", at(ORDERS, 28, end=34), **claim("n_plus_one", file=ORDERS, line=31)),
        "/severity"),
    two("one weakness on one line", "X03", "vulnerability",
        {"title": "SQL from text", "cwe": "CWE-89", "severity": "critical", "evidence": at(ORDERS, 40)},
        {"title": "Injection", "cwe": 89, "severity": "low", "evidence": at(ORDERS, 40)}, "/severity"),
    Case("a finding and a vulnerability", "X03", {
        "backend": {"findings": [finding("low", at(ORDERS, 40), cwe="CWE-89")]},
        "analyzer": {"vulnerability": [
            {"title": "SQL", "cwe": ["CWE-89"], "severity": "high", "evidence": at(ORDERS, 39, end=41)}
        ]},
    }, (("backend", "/findings/0/severity"), ("analyzer", "/vulnerabilities/0/severity"))),
    two("a record with a weakness", "X03", "record",
        {"name": "a", "cwe": 200, "severity": "high", "evidence": at(ORDERS, 5)},
        {"name": "b", "cwe": 200, "severity": "low", "evidence": at(ORDERS, 5)}, "/severity"),
    two("two steps on one line", "X07", "findings",
        finding("critical", at(ORDERS, 50), "Money is lost"),
        finding("low", at(ORDERS, 50), "Rounding"), "/severity"),
    two("records on one line", "X07", "record",
        {"name": "a", "severity": "critical", "evidence": at(ORDERS, 5)},
        {"name": "b", "severity": "low", "evidence": at(ORDERS, 5)}, "/severity"),
    two("alike, one step apart", "X07", "findings",
        finding("high", at(ORDERS, 50), "Password compared in plain text"),
        finding("medium", at(ORDERS, 50), "Plain password comparison"), "/severity"),
    # Existing and proposed.
    two("an endpoint that is there", "X04", "endpoint",
        route("POST", "/refunds"), route("POST", "/refunds", status="proposed"), "/status"),
    two("a table that is there", "X04", "table",
        table("refunds"), table("refunds", status="proposed"), "/status"),
    two("a service that is there", "X04", "service",
        {"service_name": "BillingService", "status": "existing", "evidence": at(ORDERS, 1)},
        {"service_name": "billing_service", "status": "proposed"}, "/status"),
    two("a component that is there", "X04", "component",
        {"name": "OrderList", "file": "web/OrderList.tsx", "status": "existing"},
        {"name": "OrderList", "file": f"{ROOT}/web/OrderList.tsx", "status": "proposed"}, "/status"),
    two("a record that is there", "X04", "record",
        {"name": "orders to billing", "status": "existing"},
        {"name": "Orders to billing", "status": "proposed"}, "/status"),
    two("a pipeline that is there", "X04", "pipeline",
        {"file": ".ci/ci.yml", "job": "deploy", "status": "existing"},
        {"file": ".ci/ci.yml", "job": "deploy", "status": "proposed"}, "/status"),
    two("a module that is there", "X04", "module",
        {"path": "app/billing", "status": "existing"}, {"path": "app/billing", "status": "proposed"},
        "/status"),
    two("a measure of one name", "X07", "security",
        {"security_feature": "Rate limit", "category": "authentication", "status": "existing"},
        {"security_feature": "rate limit", "category": "authentication", "status": "proposed"},
        "/status"),
    two("a kind that is not known", "X07", "widget",
        {"name": "clock", "status": "existing"}, {"name": "clock", "status": "proposed"}, "/status"),
    # The other kinds.
    two("another tag of an image", "X05", "image",
        {"name": "node", "tag": "18-alpine", "evidence": at("Dockerfile", 1)},
        {"name": "node", "tag": "20-alpine", "evidence": at("Dockerfile", 1)}, "/tag"),
    two("another digest", "X05", "image",
        {"name": "redis", "file": "compose.yml", "digest": "sha256:aa"},
        {"name": "redis", "file": "compose.yml", "digest": "sha256:bb"}, "/digest"),
    two("another coverage", "X05", "coverage_figure",
        {"source_file": "coverage.xml", "scope": "app", "figure": 81.5},
        {"source_file": "coverage.xml", "scope": "app", "figure": 64}, "/figure"),
    two("another coverage, as text", "X05", "coverage_figure",
        {"source_file": "coverage.xml", "scope": "app", "metric": "lines", "figure": "81%"},
        {"source_file": "coverage.xml", "scope": "app", "metric": "lines", "figure": "64 %"},
        "/figure"),
    two("another number of tests", "X05", "suite",
        {"name": "unit", "file": "tests/test_orders.py", "tests": 12},
        {"name": "unit", "file": "tests/test_orders.py", "tests": 9}, "/tests"),
    two("another runner", "X05", "suite",
        {"name": "unit", "file": "tests/test_orders.py", "framework": "pytest"},
        {"name": "unit", "file": "tests/test_orders.py", "framework": "unittest"}, "/framework"),
    two("another component behind a route", "X05", "client_route",
        {"path": "/orders/:id", "component": "OrderPage"},
        {"path": "/orders/{orderId}", "component": "OrderDetail"}, "/component"),
    two("a guarded client route", "X05", "client_route",
        {"path": "/admin", "requires_auth": True}, {"path": "/admin", "requires_auth": False},
        "/requires_auth"),
    two("a token of another colour", "X05", "token",
        {"name": "--color-primary", "value": "#0af"}, {"name": "color-primary", "value": "#00aaee"},
        "/value"),
    two("a token of another size", "X05", "token",
        {"name": "space-2", "value": "8px"}, {"name": "space-2", "value": "12px"}, "/value"),
    two("an option in use and not", "X05", "option",
        {"name": "celery", "in_use": True}, {"name": "Celery", "in_use": False}, "/in_use"),
    two("a contrast of another ratio", "X05", "contrast",
        {"name": "hint", "foreground": "#777777", "background": "#ffffff", "level": "AA", "ratio": 4.48},
        {"name": "hints", "foreground": "#777777", "background": "#ffffff", "level": "AA", "ratio": 5.1},
        "/ratio"),
    two("a source of another day", "X05", "source",
        {"address": "https://example.org/a", "date": "2025-03-01"},
        {"address": "https://example.org/a", "date": "2024-11-20"}, "/date"),
    two("a variable of another default", "X05", "environment_variable",
        {"name": "POOL_SIZE", "where": ".env.example", "default": "5"},
        {"name": "POOL_SIZE", "where": ".env.example", "default": 20}, "/default"),
    two("a variable that is required", "X05", "environment_variable",
        {"name": "API_KEY", "where": "app/config.py", "required": True},
        {"name": "API_KEY", "where": "app/config.py", "required": False}, "/required"),
    two("a pipeline with another runner", "X05", "pipeline",
        {"file": ".ci/ci.yml", "job": "test", "runner": "ubuntu-22.04"},
        {"file": ".ci/ci.yml", "job": "test", "runner": "ubuntu-24.04"}, "/runner"),
    two("a job that may fail", "X05", "pipeline",
        {"file": ".ci/ci.yml", "job": "test", "allow_failure": True},
        {"file": ".ci/ci.yml", "job": "test", "allow_failure": False}, "/allow_failure"),
    two("a component with tests", "X05", "component",
        {"name": "OrderList", "file": "web/OrderList.tsx", "has_tests": True},
        {"name": "OrderList", "file": "web/OrderList.tsx", "has_tests": False}, "/has_tests"),
    two("an environment of another size", "X05", "environment",
        {"name": "production", "where": "k8s/prod.yml", "replicas": 3},
        {"name": "production", "where": "k8s/prod.yml", "replicas": 2}, "/replicas"),
    two("another version of a package", "X05", "dependency",
        {"name": "django", "file": "requirements.txt", "version": "4.2.1"},
        {"name": "Django", "file": "requirements.txt", "version": "5.0"}, "/version"),
    two("a module in another layer", "X05", "module",
        {"path": "app/billing", "layer": "domain"}, {"path": "app/billing", "layer": "adapter"},
        "/layer"),
    two("modules that depend on others", "X07", "module",
        {"path": "app/billing", "depends_on": ["app/orders"]},
        {"path": "app/billing", "depends_on": ["app/users"]}, "/depends_on"),
    # What a quotation refutes.
    Case("the quoted verb", "X06", {
        "backend": {"endpoint": [route("GET", "/orders/sync")]},
        "analyzer": {"findings": [
            finding("low", at(ORDERS, 12, '@router.post("/orders/sync")'))]},
    }, (("backend", "/endpoints_listed/0/method"), ("analyzer", "/findings/0/evidence/0"))),
    Case("the quoted path", "X06", {
        "backend": {"endpoint": [route("POST", "/orders")]},
        "analyzer": {"findings": [finding("low", at(ORDERS, 12, '@app.post("/purchases")'))]},
    }, (("backend", "/endpoints_listed/0/path"), ("analyzer", "/findings/0/evidence/0"))),
    Case("the quoted list of methods", "X06", {
        "backend": {"endpoint": [route("DELETE", "/orders")]},
        "test": {"suite": [{"name": "s", "evidence": at(
            ORDERS, 12, '@app.route("/orders", methods=["GET", "POST"])')}]},
    }, (("backend", "/endpoints_listed/0/method"), ("test", "/suites/0/evidence/0"))),
    Case("the quoted guard", "X06", {
        "frontend": {"endpoint": [route("GET", "/orders", requires_auth=False)]},
        "backend": {"endpoint": [route("GET", "/orders", where=at(
            ORDERS, 12, '@app.get("/orders")\n@login_required\ndef orders():', 14))]},
    }, (("frontend", "/endpoints_listed/0/requires_auth"),
        ("backend", "/endpoints_listed/0/evidence/0"))),
    Case("the quoted status", "X06", {
        "frontend": {"endpoint": [route("POST", "/orders", response_format=status(200))]},
        "backend": {"findings": [finding(
            "low", at(ORDERS, 12, '@app.post("/orders", status_code=201)'))]},
    }, (("frontend", "/endpoints_listed/0/response_format/success_status"),
        ("backend", "/findings/0/evidence/0"))),
    Case("the quoted column", "X06", {
        "backend": {"table": [table("users", column("email", "text", nullable=True))]},
        "analyzer": {"findings": [finding("low", at(
            "db/schema.sql", 3,
            "CREATE TABLE users (\n  id integer PRIMARY KEY,\n  email text NOT NULL\n);"))]},
    }, (("backend", "/tables_listed/0/schema/columns/0/nullable"),
        ("analyzer", "/findings/0/evidence/0"))),
    Case("the quoted type", "X06", {
        "backend": {"table": [table("users", column("email", "integer"))]},
        "analyzer": {"findings": [finding("low", at(
            "db/schema.sql", 3, "CREATE TABLE users (id integer, email varchar(80));"))]},
    }, (("backend", "/tables_listed/0/schema/columns/0/type"),)),
    Case("the quoted attribute of a model", "X06", {
        "backend": {"findings": [finding(
            "high", at("app/models.py", 8), **claim("missing_unique", table="users",
                                                    columns=["email"]))]},
        "analyzer": {"findings": [finding("low", at(
            "app/models.py", 5,
            'class User(Base):\n    __tablename__ = "users"\n    email = Column(String, unique=True)'
        ))]},
    }, (("backend", "/findings/0/claims/0"), ("analyzer", "/findings/0/evidence/0"))),
    Case("a guard that a finding misses", "X06", {
        "analyzer": {"findings": [finding(
            "high", at(ORDERS, 12), **claim("missing_auth", method="GET", path="/orders"))]},
        "backend": {"endpoint": [route("GET", "/orders", where=at(
            ORDERS, 12, '@app.get("/orders")\n@login_required\ndef orders():', 14))]},
    }, (("analyzer", "/findings/0/claims/0"), ("backend", "/endpoints_listed/0/evidence/0"))),
    Case("the quoted tag", "X06", {
        "devops": {"image": [{"name": "node", "tag": "18", "evidence": at("Dockerfile", 1)}]},
        "analyzer": {"findings": [finding("low", at("Dockerfile", 1, "FROM node:20-alpine AS b"))]},
    }, (("devops", "/images/0/tag"), ("analyzer", "/findings/0/evidence/0"))),
    Case("the quoted colour", "X06", {
        "designer": {"token": [{"name": "--brand", "value": "#ff0000", "evidence": at("a.css", 2)}]},
        "frontend": {"component": [{"name": "B", "evidence": at("a.css", 2, "--brand: #0f0;")}]},
    }, (("designer", "/tokens/0/value"), ("frontend", "/components/0/evidence/0"))),
    Case("the quoted pin", "X06", {
        "researcher": {"findings": [finding("low", at("requirements.txt", 1), **claim(
            "dependency", name="django", version="4.2"))]},
        "backend": {"findings": [finding("low", at("requirements.txt", 1, "django==5.0.1"))]},
    }, (("researcher", "/findings/0/claims/0"), ("backend", "/findings/0/evidence/0"))),
    Case("an old migration", "X07", {
        "backend": {"table": [table("users", column("email", "text", nullable=True),
                                    evidence=at("db/migrations/001.sql", 1))]},
        "analyzer": {"findings": [finding("low", at(
            "db/migrations/001.sql", 1, "CREATE TABLE users (\n  email text NOT NULL\n);"))]},
    }, (("backend", "/tables_listed/0/schema/columns/0/nullable"),)),
    # Examined and not.
    Case("a folder that another read", "X08", {
        "backend": {"not_examined": [{"area": "app/admin/", "reason": "no time"}]},
        "analyzer": {"files": ["app/main.py", "app/admin/users.py"]},
    }, (("backend", "/not_examined/0"), ("analyzer", "/analysis_metadata/files_analyzed/1"))),
    Case("a file that another cites", "X08", {
        "backend": {"not_examined": [{"area": "`app/jobs.py`: the worker", "reason": "no time"}]},
        "analyzer": {"findings": [finding("low", at("app/jobs.py", 4))]},
    }, (("backend", "/not_examined/0"), ("analyzer", "/findings/0/evidence/0"))),
    Case("an endpoint that another describes", "X08", {
        "frontend": {"not_examined": [{"area": "GET /orders", "reason": "server"}]},
        "backend": {"endpoint": [route("GET", "/orders")]},
    }, (("frontend", "/not_examined/0"), ("backend", "/endpoints_listed/0"))),
)  # fmt: skip

HARMLESS: tuple[Case, ...] = (
    two("another method", "", "endpoint",
        route("GET", "/orders", requires_auth=True), route("POST", "/orders", requires_auth=False)),
    two("another version", "", "endpoint",
        route("GET", "/v1/orders", requires_auth=True), route("GET", "/v2/orders", requires_auth=False)),
    two("another version of one operation", "", "endpoint",
        route("GET", "/v1/orders", operation="list"), route("GET", "/v2/orders", operation="list")),
    two("a prefix and no more", "", "endpoint",
        route("GET", "/orders", operation="list"), route("GET", "/api/orders", operation="list")),
    two("a parameter of another name", "", "endpoint",
        route("GET", "/orders/{id}", cached=True), route("GET", "/orders/:orderId", cached=True)),
    two("null is not false", "", "endpoint",
        route("GET", "/orders", requires_auth=True), route("GET", "/orders", requires_auth=None)),
    two("absent is not false", "", "endpoint",
        route("GET", "/orders", requires_auth=False), route("GET", "/orders")),
    two("two services of one repository", "", "endpoint",
        route("GET", "/health", at("services/billing/main.py", 4), requires_auth=True),
        route("GET", "/health", at("services/users/main.py", 4), requires_auth=False)),
    two("two environments", "", "endpoint",
        route("GET", "/debug", environment="production", requires_auth=True),
        route("GET", "/debug", environment="staging", requires_auth=False)),
    two("a route that catches all", "", "endpoint",
        route("GET", "/files/{id}", requires_auth=True),
        route("GET", "/files/*path", requires_auth=False)),
    two("any method", "", "endpoint",
        route("ANY", "/orders", operation="o"), route("GET", "/orders", operation="o")),
    two("GET answers HEAD", "", "endpoint",
        route("HEAD", "/orders", operation="o"), route("GET", "/orders", operation="o")),
    two("two operations of one path", "", "endpoint",
        route("POST", "/graphql", protocol="graphql", operation="orders", requires_auth=True),
        route("POST", "/graphql", protocol="graphql", operation="status", requires_auth=False)),
    two("one line, many routes", "", "endpoint",
        route("GET", "/orders", endpoint="List"), route("POST", "/orders", endpoint="Create")),
    two("one name elsewhere", "", "endpoint",
        route("GET", "/orders", endpoint="List"),
        route("GET", "/users", at("app/users.py", 3), endpoint="List")),
    two("a change of what is there", "", "endpoint",
        route("GET", "/orders", requires_auth=False),
        route("GET", "/orders", status="modified", requires_auth=False)),
    Case("what is there and what is proposed, in one report", "", {
        "backend": {"endpoint": [route("GET", "/orders", requires_auth=False),
                                 route("GET", "/orders", status="proposed", requires_auth=True)]},
        "analyzer": {"endpoint": [route("GET", "/orders", requires_auth=False)]},
    }),
    Case("a table now and as it should be", "", {
        "backend": {"table": [table("orders", column("id", "int")),
                              table("orders", column("id", "bigint"), status="proposed")]},
        "analyzer": {"table": [table("orders", column("id", "int"))]},
    }),
    Case("all methods of two reports", "", {
        "a": {"endpoint": [route("GET", "/o", operation="x"), route("POST", "/o", operation="x")]},
        "b": {"endpoint": [route("POST", "/o", operation="x"), route("GET", "/o", operation="x")]},
    }),
    two("an existing one and its proposed change", "", "table",
        table("orders"), table("orders", status="proposed", ddl="ALTER TABLE orders ADD note text;")),
    two("a proposal that was carried out", "", "endpoint",
        route("POST", "/refunds", status="proposed"), route("POST", "/refunds", status="implemented")),
    two("a table that a change removed", "", "table",
        table("legacy"), table("legacy", status="removed")),
    two("a table of one name in another schema", "", "table",
        table("auth.users", column("id", "uuid")), table("billing.users", column("id", "int"))),
    two("tables of one name in two services", "", "table",
        table("users", column("id", "uuid"), evidence=at("services/a/models.py", 3)),
        table("users", column("id", "int"), evidence=at("services/b/models.py", 3))),
    two("varchar and character varying", "", "table",
        table("users", column("email", "varchar(255)")),
        table("users", column("email", "CHARACTER VARYING(255)"))),
    two("int and integer", "", "table",
        table("users", column("id", "INT")), table("users", column("id", "integer"))),
    two("decimal and numeric", "", "table",
        table("users", column("sum", "decimal(10,2)")), table("users", column("sum", "numeric(10, 2)"))),
    two("timestamp and its zone", "", "table",
        table("users", column("at", "timestamptz")),
        table("users", column("at", "timestamp with time zone"))),
    two("a length that one leaves out", "", "table",
        table("users", column("email", "varchar")), table("users", column("email", "varchar(80)"))),
    two("a type that nobody knows", "", "table",
        table("users", column("mood", "mood_enum")), table("users", column("mood", "text"))),
    two("a default of null", "", "table",
        table("users", column("a", default=None)), table("users", column("a", default="0"))),
    two("now in two words", "", "table",
        table("users", column("at", "timestamp", default="now()")),
        table("users", column("at", "timestamp", default="CURRENT_TIMESTAMP"))),
    two("a key is unique without a word", "", "table",
        table("users", column("id", primary_key=True, unique=False)),
        table("users", column("id", primary_key=True, unique=True))),
    two("one number in two notations", "", "table",
        table("users", column("n", "numeric", default="0")),
        table("users", column("n", "numeric", default="0.00"))),
    two("true in two words", "", "table",
        table("users", column("ok", "boolean", default=True)),
        table("users", column("ok", "boolean", default="'t'"))),
    two("a reference with and without its column", "", "table",
        table("orders", column("user_id", references="users")),
        table("orders", column("user_id", references="public.users(id)"))),
    two("columns of two tables", "", "table",
        table("orders", column("id", "uuid")), table("lines", column("id", "int"))),
    two("two subjects on one line", "", "findings",
        finding("high", at(ORDERS, 12), **claim("missing_auth", method="GET", path="/orders")),
        finding("low", at(ORDERS, 12), **claim("unbounded_list", method="GET", path="/orders"))),
    two("one step apart, two subjects", "", "findings",
        finding("high", at(ORDERS, 12), "No one is asked"),
        finding("medium", at(ORDERS, 12), "The list has no end")),
    two("one severity", "", "findings",
        finding("high", at(ORDERS, 12), **claim("missing_auth", method="GET", path="/orders")),
        finding("high", at(ORDERS, 12), **claim("missing_auth", method="GET", path="/orders"))),
    two("two weaknesses on one line", "", "vulnerability",
        {"title": "a", "cwe": 89, "severity": "critical", "evidence": at(ORDERS, 40)},
        {"title": "b", "cwe": 209, "severity": "low", "evidence": at(ORDERS, 40)}),
    two("one weakness on two lines", "", "vulnerability",
        {"title": "a", "cwe": 89, "severity": "critical", "evidence": at(ORDERS, 40)},
        {"title": "b", "cwe": 89, "severity": "low", "evidence": at(ORDERS, 90)}),
    two("indexes that two tables miss", "", "findings",
        finding("high", at("a.sql", 1), **claim("missing_index", table="a", columns=["x"])),
        finding("low", at("a.sql", 9), **claim("missing_index", table="b", columns=["x"]))),
    two("a whole file and one line", "", "findings",
        finding("critical", at(ORDERS, 1, end=900), "Layers are mixed"),
        finding("low", at(ORDERS, 50), "A name")),
    two("one image in two files", "", "image",
        {"name": "node", "tag": "18", "evidence": at("Dockerfile", 1)},
        {"name": "node", "tag": "20", "evidence": at("web/Dockerfile", 1)}),
    two("coverage of two scopes", "", "coverage_figure",
        {"source_file": "coverage.xml", "scope": "app", "figure": 81},
        {"source_file": "coverage.xml", "scope": "web", "figure": 40}),
    two("coverage of two reports", "", "coverage_figure",
        {"source_file": "coverage.xml", "scope": "app", "figure": 81},
        {"source_file": "lcov.info", "scope": "app", "figure": 40}),
    two("coverage of lines and of branches", "", "coverage_figure",
        {"source_file": "coverage.xml", "scope": "app", "metric": "lines", "figure": 81},
        {"source_file": "coverage.xml", "scope": "app", "metric": "branches", "figure": 40}),
    two("coverage that was rounded", "", "coverage_figure",
        {"source_file": "coverage.xml", "scope": "app", "figure": 81.46},
        {"source_file": "coverage.xml", "scope": "app", "figure": "81%"}),
    two("a variable of two environments", "", "environment_variable",
        {"name": "DEBUG", "where": ".env.production", "default": "false"},
        {"name": "DEBUG", "where": ".env.development", "default": "true"}),
    two("one token in two themes", "", "token",
        {"name": "bg", "theme": "light", "value": "#fff"},
        {"name": "bg", "theme": "dark", "value": "#000"}),
    two("one colour in two notations", "", "token",
        {"name": "bg", "value": "#FFF"}, {"name": "bg", "value": "#ffffff"}),
    two("a size in two units", "", "token",
        {"name": "gap", "value": "16px"}, {"name": "gap", "value": "1rem"}),
    two("a day and its month", "", "source",
        {"address": "https://example.org/a", "date": "2025-03"},
        {"address": "https://example.org/a", "date": "2025-03-09"}),
    two("a list that is part of another", "", "module",
        {"path": "app/billing", "depends_on": ["app/orders"]},
        {"path": "app/billing", "depends_on": ["app/orders", "app/users"]}),
    two("components of one name in two files", "", "component",
        {"name": "Row", "file": "web/a/Row.tsx", "has_tests": True},
        {"name": "Row", "file": "web/b/Row.tsx", "has_tests": False}),
    two("a job of one name in two files", "", "pipeline",
        {"file": ".ci/a.yml", "job": "test", "allow_failure": True},
        {"file": ".ci/b.yml", "job": "test", "allow_failure": False}),
    two("an image built for two platforms", "", "image",
        {"name": "app", "file": "compose.yml", "platform": "amd64", "tag": "1"},
        {"name": "app", "file": "compose.yml", "platform": "arm64", "tag": "2"}),
    two("values of a record", "", "record",
        {"name": "orders", "retention": "10 days"}, {"name": "orders", "retention": "20 days"}),
    Case("a quotation of another line", "", {
        "backend": {"endpoint": [route("GET", "/orders/sync")]},
        "analyzer": {"findings": [finding("low", at(ORDERS, 30, '@router.post("/orders/sync")'))]},
    }),
    Case("a quotation with two routes", "", {
        "backend": {"endpoint": [route("GET", "/orders")]},
        "analyzer": {"findings": [finding("low", at(
            ORDERS, 12, '@app.post("/orders")\n@app.get("/orders")', 13))]},
    }),
    Case("a guard that lets all in", "", {
        "frontend": {"endpoint": [route("GET", "/orders", requires_auth=False)]},
        "backend": {"findings": [finding("low", at(
            ORDERS, 12, '@app.get("/orders")\ndef x(u=Depends(get_current_user_optional)):', 13))]},
    }),
    Case("a quotation of another table", "", {
        "backend": {"table": [table("users", column("email", "text", nullable=True))]},
        "analyzer": {"findings": [finding("low", at(
            "db/schema.sql", 3, "CREATE TABLE staff (\n  email text NOT NULL\n);"))]},
    }),
    Case("a quotation of its own report", "", {
        "backend": {"endpoint": [route("GET", "/orders", where=at(
            ORDERS, 12, '@app.post("/orders")'))]},
        "analyzer": {},
    }),
    Case("an area that nobody looked at", "", {
        "backend": {"not_examined": [{"area": "app/admin/", "reason": "no time"}]},
        "analyzer": {"files": ["app/administration.py", "web/admin/x.ts"]},
    }),
)  # fmt: skip

"""Codes A: what is proposed is valid in its language."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "A01": Code(
        "Proposed SQL is not valid",
        "Whoever applies it finds out too late.",
        "CREATE TABEL orders (id int)",
        "CREATE TABLE orders (id int PRIMARY KEY)",
    ),
    "A02": Code(
        "A JSON block is not valid",
        "It cannot be used as it is.",
        '{"id": 1,}',
        '{"id": 1}',
    ),
    "A03": Code(
        "A YAML block is not valid",
        "It cannot be used as it is.",
        "a: b: c",
        "a: {b: c}",
    ),
    "A04": Code("A TOML block is not valid", "It cannot be used as it is.", "a = ", "a = 1"),
    "A05": Code(
        "A Python block does not parse",
        "It cannot be used as it is.",
        "def f(:",
        "def f():\n    ...",
    ),
    "A06": Code(
        "An OpenAPI document or fragment is not valid",
        "Tools that read it fail.",
        "a parameter without `in`",
        '{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}',
    ),
    "A07": Code(
        "A GraphQL block does not parse",
        "It cannot be used as it is.",
        "type User { id ID }",
        "type User { id: ID }",
    ),
    "A08": Code(
        "Proposed SQL uses a table that is nowhere in the repository",
        "It may be of a library; else the statement fails.",
        "CREATE INDEX i ON ordres (id)",
        "CREATE INDEX i ON orders (id)",
        severity="warning",
    ),
    "A09": Code(
        "A block of code is over a limit of what is read",
        "Parsers are given only what they read in bounded time; `explain limits` lists the limits.",
        "a ```yaml block of 20,000 opening brackets",
        "the part of it that matters; what is no proposal, in a block tagged `text`",
    ),
    "A10": Code(
        "The parser of a block ended without an answer",
        "The block was not checked: neither valid nor invalid. That is a fault of this program.",
        "a text that makes a parser crash",
        "report it with the block; a shorter or simpler block can be checked",
        severity="warning",
    ),
    "A11": Code(
        "The ddl of an entry makes another table",
        "Whoever applies it gets what nobody described.",
        '{"table_name": "receipts", "ddl": "CREATE TABLE invoices (...)"}',
        '{"table_name": "receipts", "ddl": "CREATE TABLE receipts (...)"}',
    ),
    "A12": Code(
        "Proposed SQL names a table or column that does not exist",
        "The statement fails: the map has all tables of the repository and their columns, and the"
        " report proposes none of that name.",
        "CREATE INDEX i ON orders (customer_ref) for a table without that column",
        "CREATE INDEX i ON orders (user_id)",
    ),
    "A13": Code(
        "A proposed migration follows one that does not exist",
        "The tool that runs it stops before it begins.",
        "down_revision = '9c1d2e3f4a5b' where no migration has that revision",
        "the revision of the newest migration",
    ),
}

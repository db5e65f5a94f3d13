"""Honest work on endpoints and tables, in either stack, with the report on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.changes.pieces import is_python
from benchmarks.changes.report import Report, added, at, endpoint, modified, table

if TYPE_CHECKING:
    from benchmarks.changes.work import Work

EXPORT = """

@router.get("/exports/all")
def export_orders() -> list[list[int]]:
    return [[order_id, total(items)] for order_id, items in ORDERS.items()]
"""
PUBLISH = """\
router.post("/:id/publish", (req, res) => {
  posts.get(req.params.id).published = true;
  res.status(204).end();
});

module.exports = router;
"""
REFUNDS = '''\
"""Refunds."""

from fastapi import APIRouter

router = APIRouter(prefix="/refunds")


@router.post("", status_code=201)
def refund_order(order_id: int) -> dict[str, int]:
    return {"refunded": order_id}
'''
COMMENTS = """\
const { Router } = require("express");

const router = Router();

router.get("/:id", (req, res) => {
  res.json([]);
});

module.exports = router;
"""
INVOICES = """\
CREATE TABLE invoices (
    id bigint PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders (id),
    amount integer NOT NULL
);
"""
INVOICE_COLUMNS = [
    {"name": "id", "type": "bigint", "primary_key": True},
    {"name": "order_id", "type": "bigint", "nullable": False},
    {"name": "amount", "type": "integer", "nullable": False},
]


def new_endpoint(work: Work) -> Report:
    """Add a route to a router that is mounted, and report it."""
    if is_python(work):
        file, text = "app/orders.py", '@router.get("/exports/all")'
        work.append(file, EXPORT)
        method, path = "GET", "/api/orders/exports/all"
    else:
        file, text = "src/routes/posts.js", 'router.post("/:id/publish"'
        work.replace(file, "module.exports = router;\n", PUBLISH)
        method, path = "POST", "/api/posts/:id/publish"
    entries = endpoint(method, path, "implemented", at(work, file, text))
    return Report(changes=[modified(file, "A route more")], entries=entries)


def new_router(work: Work) -> Report:
    """Add a file with a router, mount it, and report both."""
    report = unmounted_router(work)
    if is_python(work):
        work.replace("app/main.py", "import orders\n", "import orders, refunds\n")
        mounts = 'app.include_router(refunds.router, prefix="/api")\n'
        work.replace("app/main.py", "\n\n\n@app", f"\n{mounts}\n\n@app")
    else:
        mounts = 'app.use("/api/comments", require("./routes/comments"));\n'
        work.replace("src/app.js", "\napp.get", f"{mounts}\napp.get")
    report.changes.append(modified(work.stack.main, "Mounts it"))
    return report


def unmounted_router(work: Work) -> Report:
    """Add a file with a router that nothing mounts, and report it as if it were."""
    if is_python(work):
        file, text = "app/refunds.py", '@router.post(""'
        work.write(file, REFUNDS)
        entries = endpoint("POST", "/api/refunds", "implemented", at(work, file, text))
    else:
        file, text = "src/routes/comments.js", 'router.get("/:id"'
        work.write(file, COMMENTS)
        entries = endpoint("GET", "/api/comments/:id", "implemented", at(work, file, text))
    return Report(changes=[added(file, "A router")], entries=entries)


def new_table(work: Work) -> Report:
    """Add a migration with a table, and report it."""
    file = "migrations/002_invoices.sql"
    work.write(file, INVOICES)
    entries = table("invoices", "implemented", at(work, file, "CREATE TABLE"), INVOICE_COLUMNS)
    return Report(changes=[added(file, "The table of invoices")], entries=entries)


def new_column(work: Work) -> Report:
    """Add a migration with a column, and report the table as modified."""
    file = "migrations/002_note.sql"
    work.write(file, "ALTER TABLE orders ADD COLUMN note text;\n")
    columns = [{"name": "note", "type": "text", "nullable": True}]
    entries = table("orders", "modified", at(work, file, "ALTER TABLE"), columns)
    return Report(changes=[added(file, "A note for each order")], entries=entries)


def removed_endpoint(work: Work) -> Report:
    """Take a route away, and report it."""
    if is_python(work):
        file, path = "app/orders.py", "/api/orders/{order_id}"
        text = work.read(file)
        work.write(file, text[: text.index('\n\n@router.delete("/{order_id}"')])
    else:
        file, path = "src/routes/posts.js", "/api/posts/:id"
        text = work.read(file)
        begin, end = text.index("router.delete("), text.index("module.exports")
        work.write(file, text[:begin] + text[end:])
    entries = endpoint("DELETE", path, "removed")
    return Report(changes=[modified(file, "Nothing can be deleted any more")], entries=entries)


def modified_endpoint(work: Work) -> Report:
    """Change what a route does, and report it."""
    if is_python(work):
        file, text = "app/orders.py", '"count": len('
        work.replace(file, '{"id": order_id, ', '{"id": order_id, "count": len(ORDERS), ')
        path = "/api/orders/{order_id}"
    else:
        file, text = "src/routes/posts.js", "404"
        old = "  res.json(posts.get(req.params.id));\n"
        new = f"  if (!posts.has(req.params.id)) return res.status(404).end();\n{old}"
        work.replace(file, old, new)
        path = "/api/posts/:id"
    entries = endpoint("GET", path, "modified", at(work, file, text))
    return Report(changes=[modified(file, "An answer that says more")], entries=entries)

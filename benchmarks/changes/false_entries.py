"""False entries: what is said to be implemented, modified or removed, and is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.changes.entries import (
    INVOICES,
    modified_endpoint,
    new_column,
    new_endpoint,
    new_table,
    removed_endpoint,
    unmounted_router,
)
from benchmarks.changes.pieces import feature, is_python, small_edit
from benchmarks.changes.report import (
    Report,
    added,
    at,
    endpoint,
    measure,
    modified,
    security,
    service,
    table,
)
from benchmarks.changes.scenario import Kind, Scenario, rejected

if TYPE_CHECKING:
    from benchmarks.changes.work import Work

LIST = '@router.get("")'


def was_there_before(work: Work) -> Report:
    report = small_edit(work)
    if is_python(work):
        cited = at(work, "app/orders.py", LIST)
        report.entries = endpoint("GET", "/api/orders", "implemented", cited)
    else:
        cited = at(work, "src/routes/posts.js", 'router.get("/"')
        report.entries = endpoint("GET", "/api/posts", "implemented", cited)
    return report


def was_there_before_on_a_changed_line(work: Work) -> Report:
    work.replace("app/orders.py", LIST, f"{LIST}  # the newest last")
    cited = at(work, "app/orders.py", LIST)
    entries = endpoint("GET", "/api/orders", "implemented", cited)
    return Report(changes=[modified("app/orders.py", "The list of orders")], entries=entries)


def other_line_cited(work: Work) -> Report:
    report = new_endpoint(work)
    row = report.entries["api_specifications"][0]
    row["evidence"] = at(work, row["evidence"][0]["file"], "outer")
    return report


def moved_only(work: Work) -> Report:
    route = '@app.get("/health")\ndef health() -> dict[str, str]:\n    return {"status": "ok"}\n'
    work.replace("app/main.py", f"\n\n{route}", "")
    head = "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
    work.write("app/health.py", head + route.replace("@app", "@router"))
    work.replace("app/main.py", "import orders\n", "import health, orders\n")
    work.append("app/main.py", "app.include_router(health.router)\n")
    cited = at(work, "app/health.py", "@router.get")
    changes = [modified("app/main.py", "Mounts it"), added("app/health.py", "The health check")]
    return Report(changes=changes, entries=endpoint("GET", "/health", "implemented", cited))


def in_a_comment(work: Work) -> Report:
    if is_python(work):
        file, line = "app/orders.py", '# @router.get("/latest")'
        work.append(file, f"\n\n{line}\n# def latest_order() -> int:\n#     return max(ORDERS)\n")
        path = "/api/orders/latest"
    else:
        file, line = "src/routes/posts.js", 'router.get("/latest", (req, res) => res.json(null));'
        work.replace(file, "module.exports", f"/*\n{line}\n*/\nmodule.exports")
        path = "/api/posts/latest"
    entries = endpoint("GET", path, "implemented", at(work, file, line))
    return Report(changes=[modified(file, "The latest")], entries=entries)


def in_a_docstring(work: Work) -> Report:
    line = '@router.get("/latest")'
    work.append("app/orders.py", f'\n\nUSAGE = """\n{line}\ndef latest_order() -> int: ...\n"""\n')
    entries = endpoint("GET", "/api/orders/latest", "implemented", at(work, "app/orders.py", line))
    return Report(changes=[modified("app/orders.py", "The latest")], entries=entries)


def other_path(work: Work) -> Report:
    report = new_endpoint(work)
    report.entries["api_specifications"][0]["path"] += "s"
    return report


def other_method(work: Work) -> Report:
    report = new_endpoint(work)
    report.entries["api_specifications"][0]["method"] = "PUT"
    return report


def table_was_there(work: Work) -> Report:
    report = small_edit(work)
    cited = at(work, "migrations/001_orders.sql", "CREATE TABLE orders")
    report.entries = table("orders", "implemented", cited)
    return report


def table_in_a_comment(work: Work) -> Report:
    report = new_table(work)
    commented = "".join(f"-- {line}\n" for line in INVOICES.splitlines())
    work.write("migrations/002_invoices.sql", f"{commented}SELECT 1;\n")
    return report


def table_not_written(work: Work) -> Report:
    report = small_edit(work)
    cited = at(work, work.stack.code, "19 // 100")
    report.entries = table("invoices", "implemented", cited, [{"name": "id", "type": "bigint"}])
    return report


def column_not_written(work: Work) -> Report:
    report = new_column(work)
    column = {"name": "currency", "type": "text", "nullable": True}
    report.entries["database_designs"][0]["schema"]["columns"].append(column)
    return report


def service_unchanged(work: Work) -> Report:
    report = feature(work)
    text = "def slug" if is_python(work) else "function page"
    file = "app/text.py" if is_python(work) else "src/limits.js"
    report.entries = service("Slugs", "implemented", at(work, file, text))
    return report


def security_unchanged(work: Work) -> Report:
    report = feature(work)
    report.entries = security("Limits", "implemented", at(work, "src/limits.js", "function clamp"))
    return report


# W06, and the codes of existing things that the cited lines or the repository do not declare.
_NOT_THERE = ("W06", "K01", "K02", "K05", "K08", "E15")
IMPLEMENTED = Kind(
    "implemented, and is not",
    is_false=True,
    scenarios=(
        Scenario("the route was there before", was_there_before, rejected("W05", "W06")),
        Scenario(
            "the route was there before, in JavaScript",
            was_there_before,
            rejected("W05", "W06"),
            "javascript",
        ),
        Scenario(
            "a comment behind an old route", was_there_before_on_a_changed_line, rejected("W06")
        ),
        Scenario("an unchanged line is cited", other_line_cited, rejected("W05")),
        Scenario(
            "an unchanged line is cited, in JavaScript",
            other_line_cited,
            rejected("W05"),
            "javascript",
        ),
        Scenario("an old route in another file", moved_only, rejected("W06")),
        Scenario("a router that nothing mounts", unmounted_router, rejected("W06")),
        Scenario(
            "a router that nothing mounts, in JavaScript",
            unmounted_router,
            rejected("W06"),
            "javascript",
        ),
        Scenario("a route in a comment", in_a_comment, rejected(*_NOT_THERE)),
        Scenario(
            "a route in a comment, in JavaScript", in_a_comment, rejected(*_NOT_THERE), "javascript"
        ),
        Scenario("a route in a text", in_a_docstring, rejected(*_NOT_THERE)),
        Scenario("another path", other_path, rejected(*_NOT_THERE)),
        Scenario("another method", other_method, rejected(*_NOT_THERE), "javascript"),
        Scenario("the table was there before", table_was_there, rejected("W05", "W06")),
        Scenario("a table in a comment", table_in_a_comment, rejected(*_NOT_THERE)),
        Scenario("a table that no file has", table_not_written, rejected(*_NOT_THERE)),
        Scenario("a service on unchanged lines", service_unchanged, rejected("W05")),
        Scenario("a measure on unchanged lines", security_unchanged, rejected("W05"), "javascript"),
    ),
)


def modified_elsewhere(work: Work) -> Report:
    report = small_edit(work)
    if is_python(work):
        cited = at(work, "app/orders.py", '@router.get("/{order_id}")')
        report.entries = endpoint("GET", "/api/orders/{order_id}", "modified", cited)
    else:
        cited = at(work, "src/routes/posts.js", 'router.get("/:id"')
        report.entries = endpoint("GET", "/api/posts/:id", "modified", cited)
    return report


def another_route_modified(work: Work) -> Report:
    report = modified_endpoint(work)
    file = report.changes[0]["file"]
    path, text = ("/api/orders", LIST) if is_python(work) else ("/api/posts", 'router.get("/"')
    report.entries = endpoint("GET", path, "modified", at(work, file, text))
    return report


def new_as_modified(work: Work) -> Report:
    report = new_endpoint(work)
    report.entries["api_specifications"][0]["status"] = "modified"
    return report


def table_unmodified(work: Work) -> Report:
    report = small_edit(work)
    cited = at(work, "migrations/001_orders.sql", "CREATE TABLE orders")
    report.entries = table("orders", "modified", cited)
    return report


def service_unmodified(work: Work) -> Report:
    report = feature(work)
    report.entries = service("Slugs", "modified", at(work, "app/text.py", "def slug"))
    return report


def measure_unmodified(work: Work) -> Report:
    report = feature(work)
    report.entries = measure("Pages", "modified", at(work, "src/limits.js", "function page"))
    return report


MODIFIED = Kind(
    "modified, and is not",
    is_false=True,
    scenarios=(
        Scenario("the route is as before", modified_elsewhere, rejected("W08")),
        Scenario(
            "the route is as before, in JavaScript",
            modified_elsewhere,
            rejected("W08"),
            "javascript",
        ),
        Scenario("another route of the file changed", another_route_modified, rejected("W08")),
        Scenario("a new route as modified", new_as_modified, rejected("W08", "W06")),
        Scenario("the table is as before", table_unmodified, rejected("W08")),
        Scenario("a column that no migration adds", column_not_written, rejected("W08", "K09")),
        Scenario("the service is as before", service_unmodified, rejected("W08")),
        Scenario("the measure is as before", measure_unmodified, rejected("W08"), "javascript"),
    ),
)


def route_still_there(work: Work) -> Report:
    report = small_edit(work)
    path = "/api/orders/{order_id}" if is_python(work) else "/api/posts/:id"
    report.entries = endpoint("DELETE", path, "removed")
    return report


def handler_emptied(work: Work) -> Report:
    work.replace("app/orders.py", "    ORDERS.pop(order_id)\n", "    return\n")
    entries = endpoint("DELETE", "/api/orders/{order_id}", "removed")
    return Report(changes=[modified("app/orders.py", "Nothing is deleted")], entries=entries)


def moved_to_another_router(work: Work) -> Report:
    report = removed_endpoint(work)
    route = 'app.delete("/api/posts/:id", (req, res) => res.status(204).end());\n'
    work.replace("src/app.js", "\nmodule.exports", f"\n{route}\nmodule.exports")
    report.changes.append(modified("src/app.js", "Tidier"))
    return report


def never_was(work: Work) -> Report:
    report = small_edit(work)
    report.entries = endpoint("POST", "/api/orders/import", "removed")
    return report


def table_still_there(work: Work) -> Report:
    report = small_edit(work)
    report.entries = table("customers", "removed")
    return report


REMOVED = Kind(
    "removed, and is not",
    is_false=True,
    scenarios=(
        Scenario("the route is still there", route_still_there, rejected("W07")),
        Scenario(
            "the route is still there, in JavaScript",
            route_still_there,
            rejected("W07"),
            "javascript",
        ),
        Scenario("only the handler is empty", handler_emptied, rejected("W07")),
        Scenario("now in another file", moved_to_another_router, rejected("W07"), "javascript"),
        Scenario("a route that never was", never_was, rejected("W07")),
        Scenario("the table is still there", table_still_there, rejected("W07")),
    ),
)

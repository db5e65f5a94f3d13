"""Honest entries: endpoints, tables, services and measures that are what they are said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.changes.entries import (
    modified_endpoint,
    new_column,
    new_endpoint,
    new_router,
    new_table,
    removed_endpoint,
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
from benchmarks.changes.scenario import ACCEPTED, Kind, Scenario
from benchmarks.changes.starts import no_git

if TYPE_CHECKING:
    from benchmarks.changes.work import Work


def mounted_elsewhere(work: Work) -> Report:
    """Mount a router below another prefix: its routes are the same lines, and have moved."""
    if is_python(work):
        old, new, path = 'prefix="/api"', 'prefix="/api/v2"', "/api/v2/orders"
    else:
        old, new, path = '"/api/posts"', '"/api/v2/posts"', "/api/v2/posts"
    work.replace(work.stack.main, old, new)
    cited = at(work, work.stack.main, new)
    file, route = (
        ("app/orders.py", '@router.get("")')
        if is_python(work)
        else ("src/routes/posts.js", 'router.get("/"')
    )
    entries = endpoint("GET", path, "implemented", at(work, file, route) + cited)
    return Report(changes=[modified(work.stack.main, "A version in the address")], entries=entries)


def moved_endpoint(work: Work) -> Report:
    route = '@app.get("/health")\ndef health() -> dict[str, str]:\n    return {"status": "ok"}\n'
    work.replace("app/main.py", f"\n\n{route}", "")
    head = "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
    work.write("app/health.py", head + route.replace("@app", "@router"))
    work.replace("app/main.py", "import orders\n", "import health, orders\n")
    work.append("app/main.py", "app.include_router(health.router)\n")
    cited = at(work, "app/health.py", "@router.get")
    changes = [modified("app/main.py", "Mounts it"), added("app/health.py", "The health check")]
    return Report(changes=changes, entries=endpoint("GET", "/health", "modified", cited))


def router_removed(work: Work) -> Report:
    work.replace("src/app.js", 'app.use("/api/posts", posts);\n', "")
    work.replace("src/app.js", 'const posts = require("./routes/posts");\n\n', "")
    entries = endpoint("GET", "/api/posts/:id", "removed")
    return Report(changes=[modified("src/app.js", "Posts are read elsewhere")], entries=entries)


def table_removed(work: Work) -> Report:
    file = "migrations/002_no_orders.sql"
    work.write(file, "DROP TABLE orders;\n")
    entries = table("orders", "removed")
    return Report(changes=[added(file, "Orders are kept elsewhere")], entries=entries)


def existing_beside(work: Work) -> Report:
    report = small_edit(work)
    cited = at(work, "app/orders.py", '@router.get("")')
    report.entries = endpoint("GET", "/api/orders", "existing", cited)
    return report


def proposed_beside(work: Work) -> Report:
    report = small_edit(work)
    report.entries = endpoint("GET", "/api/orders/latest", "proposed")
    return report


def new_service(work: Work) -> Report:
    work.write(
        "app/taxes.py", '"""Taxes."""\n\n\ndef tax(amount: int) -> int:\n    return amount\n'
    )
    entries = service("Taxes", "implemented", at(work, "app/taxes.py", "def tax"))
    return Report(changes=[added("app/taxes.py", "Taxes")], entries=entries)


def service_modified(work: Work) -> Report:
    report = feature(work)
    text = "def vat" if is_python(work) else "function initials"
    report.entries = service("Functions", "modified", at(work, work.stack.code, text))
    return report


def check_of_input(work: Work) -> Report:
    old = "    ORDERS.pop(order_id)\n"
    check = '    if order_id < 1:\n        raise ValueError("no such order")\n'
    work.replace("app/orders.py", old, check + old)
    cited = at(work, "app/orders.py", "if order_id < 1")
    entries = security("Numbers of orders are checked", "implemented", cited)
    return Report(changes=[modified("app/orders.py", "A check")], entries=entries)


def faster(work: Work) -> Report:
    report = feature(work)
    cited = at(work, "src/slug.js", "function initials")
    report.entries = measure("Initials without a loop", "implemented", cited)
    return report


ENTRIES = Kind(
    "honest: entries",
    is_false=False,
    scenarios=(
        Scenario("a new route", new_endpoint, ACCEPTED),
        Scenario("a new route, in JavaScript", new_endpoint, ACCEPTED, "javascript"),
        Scenario("a new router", new_router, ACCEPTED),
        Scenario("a new router, in JavaScript", new_router, ACCEPTED, "javascript"),
        Scenario("a route modified", modified_endpoint, ACCEPTED),
        Scenario("a route modified, in JavaScript", modified_endpoint, ACCEPTED, "javascript"),
        Scenario("a route removed", removed_endpoint, ACCEPTED),
        Scenario("a route removed, in JavaScript", removed_endpoint, ACCEPTED, "javascript"),
        Scenario("a router removed", router_removed, ACCEPTED, "javascript"),
        Scenario("a route in another file", moved_endpoint, ACCEPTED),
        Scenario("a router below another prefix", mounted_elsewhere, ACCEPTED),
        Scenario(
            "a router below another prefix, in JavaScript",
            mounted_elsewhere,
            ACCEPTED,
            "javascript",
        ),
        Scenario("a new table", new_table, ACCEPTED),
        Scenario("a new column", new_column, ACCEPTED),
        Scenario("a table removed", table_removed, ACCEPTED),
        Scenario("a new route without git", new_endpoint, ACCEPTED, start=no_git),
        Scenario("a new table without git", new_table, ACCEPTED, start=no_git),
        Scenario("an existing route beside a change", existing_beside, ACCEPTED),
        Scenario("a proposed route beside a change", proposed_beside, ACCEPTED),
        Scenario("a new service", new_service, ACCEPTED),
        Scenario("a service modified", service_modified, ACCEPTED),
        Scenario("a service modified, in JavaScript", service_modified, ACCEPTED, "javascript"),
        Scenario("a new check of input", check_of_input, ACCEPTED),
        Scenario("a new measure", faster, ACCEPTED, "javascript"),
    ),
)

"""Adding a framework: a module and a line; and `survey --trace`, which says what is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.kit import PROJECT, waggle
from workers.survey import survey
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.frameworks import MODULES, all_frameworks
from workers.survey.tracing import trace_of

FIXTURES = PROJECT / "tests" / "survey"
SERVICE = """\
from microdot import Microdot

PREFIX = "/v1"
admin = Microdot()
app = Microdot()


@app.get("/health")
async def health(request):
    return "ok"


@app.get(f"{PREFIX}/items/<int:id>")
async def item(request, id):
    return {}


@app.route("/items", methods=["PUT", "POST"])
async def items(request):
    return []


@admin.delete("/users/<name>")
async def user(request, name):
    return {}


@app.get(request.path)
async def computed(request):
    return {}


app.mount(admin, url_prefix="/admin")
app.announce("/events", admin)
app.run()
"""
ROUTES = {
    ("GET", "/health", 8),
    ("GET", "/v1/items/{id}", 13),
    ("PUT", "/items", 18),
    ("POST", "/items", 18),
    ("DELETE", "/admin/users/{name}", 23),
}


@pytest.fixture
def service(tmp_path: Path) -> Path:
    folder = tmp_path / "service"
    folder.mkdir()
    (folder / "app.py").write_text(SERVICE, "utf-8")
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of this checkout, which a newcomer may change."""
    copy = tmp_path / "checkout"
    for name in ("workers", "sessions", "templates"):
        shutil.copytree(PROJECT / name, copy / name)
    shutil.copy(PROJECT / "cli.py", copy)
    return copy


def surveyed(
    checkout: Path, service: Path, *arguments: str, cache: str = "cache"
) -> dict[str, Any]:
    command = [sys.executable, str(checkout / "cli.py"), "survey", "--json", *arguments]
    env = {**os.environ, "XDG_CACHE_HOME": str(checkout / cache)}
    run = subprocess.run(command, cwd=service, capture_output=True, check=False, env=env)
    assert run.returncode == 0, run.stderr
    document: dict[str, Any] = json.loads(run.stdout)
    return document


def add_framework(checkout: Path) -> None:
    """Follow the recipe of AGENTS.md: one module, its name in MODULES."""
    folder = checkout / "workers" / "survey" / "endpoints" / "frameworks"
    shutil.copy(PROJECT / "tests" / "added" / "microdot.py", folder)
    listed = (folder / "__init__.py").read_text("utf-8")
    changed = listed.replace("MODULES = {\n", 'MODULES = {\n    "microdot": "python",\n')
    assert changed != listed
    (folder / "__init__.py").write_text(changed, "utf-8")


def test_a_framework_is_one_module_and_one_line(checkout: Path, service: Path) -> None:
    assert surveyed(checkout, service)["endpoints"] == []
    add_framework(checkout)
    document = surveyed(checkout, service, cache="another")
    found = {(one["method"], one["path"], one["line"]) for one in document["endpoints"]}
    assert found == ROUTES
    assert document["frameworks"] == {"microdot": len(ROUTES)}


@pytest.mark.skipif(
    find_spec("workers.repository.store") is None, reason="the cache is keyed by a number"
)
def test_a_new_framework_is_found_with_a_warm_cache(checkout: Path, service: Path) -> None:
    assert surveyed(checkout, service)["endpoints"] == []
    add_framework(checkout)
    assert len(surveyed(checkout, service)["endpoints"]) == len(ROUTES)


def test_a_trace_says_what_a_new_framework_lacks_and_then_what_it_gives(
    checkout: Path, service: Path
) -> None:
    def outcomes() -> dict[tuple[int, str], dict[str, Any]]:
        document = surveyed(checkout, service, "--trace", "app.py")
        return {(call["line"], call["call"]): call for call in document["calls"]}

    before = outcomes()
    assert before[34, "app.announce"]["reason"].startswith("left out on reading")
    assert "microdot.Microdot" in before[4, "Microdot"]["reason"]
    assert not any(call["routes"] for call in before.values())
    add_framework(checkout)
    after = outcomes()
    assert after[4, "Microdot"]["outcome"] == "router"
    assert after[33, "app.mount"]["outcome"] == "mount"
    routes = after[23, "@admin.delete"]["routes"]
    assert routes == [{"method": "DELETE", "path": "/admin/users/{name}", "resolved": "full"}]
    assert after[28, "@app.get"]["reason"] == "the path is no constant"


def test_the_list_of_frameworks_is_whole() -> None:
    folder = PROJECT / "workers" / "survey" / "endpoints" / "frameworks"
    modules = {file.stem for file in folder.glob("*.py")} - {"__init__"}
    assert set(MODULES) == modules, "list the module in MODULES of frameworks/__init__.py"
    names = [framework.name for framework in all_frameworks()]
    assert len(names) == len(set(names))


@pytest.fixture(scope="module")
def served() -> set[str]:
    folders = [folder for folder in FIXTURES.iterdir() if folder.is_dir()]
    return {
        endpoint.framework
        for folder in folders
        for endpoint in survey(folder, use_cache=False).endpoints
    }


UNREAD_GUARDS = (
    "aiohttp", "bottle", "cherrypy", "falcon", "pyramid", "robyn", "sanic", "tornado",
)  # fmt: skip


@pytest.mark.parametrize("name", UNREAD_GUARDS)
def test_where_guards_are_not_read_nothing_is_called_open_or_guarded(name: str) -> None:
    found = survey(FIXTURES / f"{name}_forms", use_cache=False).endpoints
    assert len(found) >= 12
    assert {endpoint.access for endpoint in found} == {"unknown"}
    reasons = {endpoint.access_reason or "" for endpoint in found}
    assert all(reason.endswith(" are not read") for reason in reasons), reasons


@pytest.mark.parametrize("framework", all_frameworks(), ids=lambda framework: framework.name)
def test_a_framework_has_a_fixture(framework: Framework, served: set[str]) -> None:
    assert framework.name in served, "add a folder to tests/survey/ that has routes of it"


@pytest.mark.parametrize(
    ("folder", "file", "line", "call", "outcome"),
    [
        ("fastapi", "app/main.py", None, "app.include_router", "mount"),
        ("flask", "shop/views.py", 10, None, "route"),
        ("express", "web/client.js", 3, None, "nothing"),
        ("nestjs", "src/cats.controller.ts", 11, "@Post", "route"),
    ],
)
def test_a_trace_tells_each_kind_of_outcome(
    folder: str, file: str, line: int | None, call: str | None, outcome: str
) -> None:
    calls = trace_of(FIXTURES / folder, file).calls
    asked = [c for c in calls if line in {None, c.line} and call in {None, c.call}]
    assert outcome in {each.outcome for each in asked}, calls
    assert all(each.reason for each in asked if each.outcome == "nothing")


def test_a_trace_has_the_routes_that_the_survey_has() -> None:
    for folder in ("fastapi", "flask", "express", "koa", "hono", "nestjs", "django", "litestar"):
        found = survey(FIXTURES / folder, use_cache=False).endpoints
        for file in sorted({endpoint.file for endpoint in found}):
            traced = {
                (route["method"], route["path"], call.line)
                for call in trace_of(FIXTURES / folder, file).calls
                for route in call.routes
            }
            assert traced == {(e.method, e.path, e.line) for e in found if e.file == file}, file


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("README.md", "contains nothing by which a framework"),
        ("tests/app.py", "one of tests, fixtures"),
        ("big.py", "larger than 1,048,576 bytes"),
    ],
)
def test_a_trace_says_why_a_file_was_not_read(service: Path, file: str, reason: str) -> None:
    path = service / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        "@app.get('/x')\ndef x():\n    pass\n" + "# \n" * (400_000 if file == "big.py" else 1),
        "utf-8",
    )
    run = waggle("survey", "--trace", file, cwd=service)
    assert run.returncode == 0, run.stderr
    assert reason in " ".join(run.stdout.decode().split())


def test_a_trace_fits_a_terminal(service: Path) -> None:
    run = waggle("survey", "--trace", "app.py", cwd=service)
    lines = run.stdout.decode().splitlines()
    assert lines[0].startswith("app.py: ")
    assert max(map(len, lines)) <= 80


def test_a_trace_of_no_file_is_a_usage_error(service: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("")
    for file in ("nope.py", "../outside.py", "."):
        run = waggle("survey", "--trace", file, cwd=service)
        assert run.returncode == 2
        assert b"no such file below" in run.stderr


def test_a_trace_opens_nothing_outside(service: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "app.py").write_text("@app.get('/secret')\ndef f(): ...\n")
    (service / "linked").symlink_to(tmp_path / "elsewhere")
    (service / "link.py").symlink_to(tmp_path / "elsewhere" / "app.py")
    for file in ("linked/app.py", "link.py"):
        run = waggle("survey", "--trace", file, cwd=service)
        assert b"was not read for routes" in run.stdout
        assert b"secret" not in run.stdout


def test_a_trace_knows_a_router_of_the_repositorys_own_class(service: Path) -> None:
    source = """from fastapi import APIRouter

class OurRouter(APIRouter):
    pass

router = OurRouter(prefix="/x")
"""
    (service / "ours.py").write_text(source, "utf-8")
    (made,) = trace_of(service, "ours.py").calls
    assert (made.outcome, made.line) == ("router", 6)
    assert "fastapi" in made.reason

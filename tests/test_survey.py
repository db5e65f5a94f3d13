"""The survey: every way to declare a route, bounded cost, a cache that only saves time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import waggle
from workers.catalog import built_in
from workers.phases import prepare
from workers.repository import store
from workers.survey import cache, endpoints, grammars, reading, survey, syntax, walk
from workers.survey.unread import as_row

if TYPE_CHECKING:
    from workers.survey.found import Endpoint

FIXTURES = Path(__file__).parent / "survey"
FOLDERS = sorted(folder for folder in FIXTURES.iterdir() if folder.is_dir())
SOURCES = sorted(
    file
    for folder in FOLDERS
    for file in folder.rglob("*")
    if file.suffix in grammars.by_suffix() and file.is_file()
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def told(one: Endpoint) -> str:
    dots = "" if one.resolved == "full" else "..."
    return f"{one.method} {dots}{one.path} {one.file}:{one.line}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_endpoint_is_found_and_nothing_else(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    assert sorted(map(told, survey(folder).endpoints)) == expected


@pytest.mark.parametrize(
    ("folder", "place", "expected"),
    [
        ("fastapi", "POST app/routers/items.py:13", ("get_current_user", 201, "Item", "Made")),
        ("fastapi", "GET app/routers/items.py:9", (None, None, None, "list[Item]")),
        ("flask", "GET shop/views.py:10", ("login_required", None, None, None)),
        ("litestar", "POST main.py:16", ("requires_auth", 202, "dict", None)),
        ("fastify", "GET src/users.ts:5", ("fastify.authenticate", 200, None, "User#")),
        ("nestjs", "POST src/cats.controller.ts:11", ("JwtAuthGuard", 202, "PhotoDto", "Photo")),
        ("express", "DELETE routes/users.js:9", (None, None, None, None)),
        ("express", "GET routes/users.js:8", ("auth", None, None, None)),
    ],
)
def test_what_a_route_declares_is_told(
    folder: str, place: str, expected: tuple[object, ...]
) -> None:
    found = {
        f"{one.method} {one.file}:{one.line}": one for one in survey(FIXTURES / folder).endpoints
    }
    one = found[place]
    assert (one.authentication, one.success_status, one.request, one.response) == expected


def asked(one: Endpoint) -> str:
    guards = ", ".join(f"{guard.name} at {guard.file}:{guard.line}" for guard in one.guards)
    return f"guarded by {guards}" if one.access == "guarded" else one.access


@pytest.mark.parametrize(
    "folder", [f for f in FOLDERS if (f / "access.json").exists()], ids=lambda folder: folder.name
)
def test_who_may_call_an_endpoint_is_told_by_what_it_asks(folder: Path) -> None:
    expected = json.loads((folder / "access.json").read_text("utf-8"))
    assert {f"{one.method} {one.path}": asked(one) for one in survey(folder).endpoints} == expected


def test_what_is_not_known_says_why_and_the_names_of_guards_are_told() -> None:
    for folder in FOLDERS:
        for one in survey(folder).endpoints:
            assert bool(one.access_reason) is (one.access == "unknown")
            names = list(dict.fromkeys(guard.name for guard in one.guards))
            assert one.authentication == (", ".join(names) or None)


def test_a_file_that_gave_nothing_is_listed() -> None:
    missed = survey(FIXTURES / "express").not_understood
    assert ("web/client.js", 3) in {(one.file, one.line) for one in missed}


def test_routes_of_a_list_that_is_not_known_are_listed_beside_those_that_are() -> None:
    found = survey(FIXTURES / "python_forms")
    rows = [(row.file, row.line, row.reason) for row in found.not_understood]
    assert rows == [("loops.py", 12, "2 routes whose path is computed")]


QUIET = {
    "vite.config.ts": "import { defineConfig } from 'vite'\nexport default s.get('/x', 1)\n",
    "src/main.tsx": "import { createRouter } from '@tanstack/react-router'\ncreateRouter({})\n",
    "public/js/a.js": "router.get('/x', function (c) {})\n",
    "shop/urls.py": (
        "from django.urls import include, path\nurlpatterns = [path('a/', include('shop.more'))]\n"
    ),
    "shop/more.py": (
        "from django.urls import path\nfrom . import views\nurlpatterns = [path('b/', views.b)]\n"
    ),
    "shop/views.py": "def b(request): ...\n",
}


def test_files_that_only_configure_are_not_listed(tmp_path: Path) -> None:
    for name, text in QUIET.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(text, "utf-8")
    found = survey(tmp_path / "site")
    assert [endpoint.path for endpoint in found.endpoints] == ["/a/b/"]
    assert found.not_understood == []


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "fastapi", tmp_path / "repository"))


def test_only_what_changed_is_read_again(copied: Path) -> None:
    first = survey(copied)
    again = survey(copied)
    assert (first.files_read, again.files_read) == (first.files_seen, 0)
    assert again.endpoints == first.endpoints
    file = copied / "app" / "routers" / "users.py"
    file.write_text(file.read_text("utf-8").replace("/live", "/alive"), "utf-8")
    changed = survey(copied)
    assert changed.files_read == 1
    assert "WEBSOCKET /api/v1/users/alive app/routers/users.py:11" in set(
        map(told, changed.endpoints)
    )


def test_a_forged_cache_is_not_believed_of_files_that_are_asked_again(
    copied: Path, own_cache: Path
) -> None:
    truth = survey(copied).endpoints
    name = "app/routers/users.py"
    entries = cache.load(copied)
    content = store.digest((copied / name).read_bytes())
    entries[cache.key(name, content)] = {"endpoints": []}
    cache.save(copied, entries)
    for kept in (own_cache / "waggle" / "survey").glob("*.map.json"):
        kept.unlink()
    assert survey(copied).endpoints != truth
    assert survey(copied, again={name}).endpoints == truth


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\n{}", b"[" * 100_000])
def test_a_damaged_cache_is_made_anew(copied: Path, own_cache: Path, damage: bytes) -> None:
    truth = survey(copied).endpoints
    for kept in (own_cache / "waggle" / "survey").iterdir():
        kept.write_bytes(damage)
    assert survey(copied).endpoints == truth
    assert survey(copied).files_read == 0


def test_a_cache_that_cannot_be_written_is_no_error(copied: Path, own_cache: Path) -> None:
    own_cache.write_text("a file where the folder should be")
    assert survey(copied).endpoints


def test_nothing_is_written_into_the_repository(copied: Path) -> None:
    before = sorted(copied.rglob("*"))
    survey(copied)
    assert sorted(copied.rglob("*")) == before


HOSTILE = {
    "huge": b"@app.get('/x')\ndef x(): ...\n" * 60_000,
    "minified": b"router.get('/x',a);" * 20_000,
    "binary": b"@app.get('/x')\0" * 100,
    "nested": b"app = FastAPI()\nx = " + b"(" * 50_000,
    "nested calls": b"app.use(" * 20_000,
    "chained": b"import {Hono} from 'hono'\nnew Hono()" + b"\n.get('/x', h)" * 5_000,
    "open strings": b"router.get('" * 5_000 + b"\n@app.route(",
    "latin": "@app.get('/ü')\n".encode("latin-1"),
    "exploding": b"\n".join(
        [b"const app = express()", b"function f0(app) { app.get('/x', h) }"]
        + [
            b"function f%d(app) { f%d(app); f%d(app); f%d(app) }" % (n, n - 1, n - 1, n - 1)
            for n in range(1, 40)
        ]
        + [b"f39(app)"]
    ),
    "growing": b"router = []\n"
    + b"router = router + router + ['/x']\n" * 80
    + b"app = FastAPI()\n",
    "handed to itself": (
        b"from flask import Flask\nfrom lib import wrap\n\nouter = wrap(outer)\n"
        b"app = Flask('x')\n\n\n@app.before_request\ndef before():\n"
        b"    if not outer.allows():\n        return outer, 401\n"
    ),
    "itself": b"class A(A): ...\nfrom x import x\nx = x\napp = FastAPI()\n@x.get()\ndef f(): ...",
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", ["py", "js", "ts"])
def test_a_hostile_file_costs_bounded_time(copied: Path, name: str, suffix: str) -> None:
    (copied / f"x.{suffix}").write_bytes(HOSTILE[name])
    start = sum(os.times()[:4])  # of the processor: a busy machine makes nothing hostile
    found = survey(copied)
    assert sum(os.times()[:4]) - start < 20
    assert len(found.endpoints) >= 10  # the others are found all the same
    technologies = set(map(as_row, found.unread))
    missed = [row for row in found.not_understood if row not in technologies]
    assert sum(row.file == f"x.{suffix}" for row in missed) <= 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [("huge", "larger than"), ("minified", "minified"), ("binary", "UTF-8")],
)
def test_a_file_that_is_not_read_is_listed(copied: Path, name: str, reason: str) -> None:
    (copied / "x.js").write_bytes(HOSTILE[name].replace(b"@app", b"router"))
    (missed,) = [one for one in survey(copied).not_understood if one.file == "x.js"]
    assert reason in missed.reason


# As reading does: hypothesis minds a limit that changes while it runs.
sys.setrecursionlimit(reading.RECURSION)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_sources_raise_nothing(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(SOURCES))
    source = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(0, len(source) - 1)))
        source[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=12))
    entry = reading.facts_of(file.name, bytes(source))
    endpoints.resolve({file.name: entry.get("endpoints", [])})


@pytest.mark.parametrize(
    ("file", "own"),
    [
        ("app/main.py", True),
        ("node_modules/x/index.js", False),
        ("packages/a/dist/x.js", False),
        ("tests/test_x.py", False),
        ("src/users.spec.ts", False),
        ("src/latest.py", True),
        ("backend/examples/urls.py", True),  # an application may well be called so
        ("Docs/hive-mind/sessions/a/x.py", False),
        ("vendor/x.py", False),
    ],
)
def test_only_the_repositorys_own_source_is_read(file: str, *, own: bool) -> None:
    assert walk.is_own(file) is own


@pytest.mark.parametrize("git", [False, True])
def test_ignored_files_are_left_out(copied: Path, *, git: bool) -> None:
    (copied / ".gitignore").write_text("generated/\n*.local.py\n")
    (copied / "generated").mkdir()
    for name in ("generated/a.py", "b.local.py", "c.py"):
        (copied / name).write_text("")
    (copied / "app" / ".gitignore").write_text("/admin.py\n")
    if git:
        subprocess.run(["git", "init", "-q"], cwd=copied, check=True)
    listed = set(walk.files(copied))
    assert "c.py" in listed
    assert listed.isdisjoint({"generated/a.py", "b.local.py", "app/admin.py"})


def test_what_a_repository_configures_is_not_run(copied: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=copied, check=True)
    hook = copied / "hook.sh"
    hook.write_text(f"#!/bin/sh\ntouch {copied}/PWNED\n")
    hook.chmod(0o755)
    for key in ("core.fsmonitor", "core.hooksPath", "core.pager", "core.sshCommand"):
        subprocess.run(["git", "config", key, str(hook)], cwd=copied, check=True)
    survey(copied)
    assert not (copied / "PWNED").exists()


def test_links_lead_nowhere(copied: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text(
        "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/s')\ndef s(): ...\n"
    )
    (copied / "linked").symlink_to(outside)
    (copied / "one.py").symlink_to(outside / "secret.py")
    os.mkfifo(copied / "pipe.py")
    assert all(one.path != "/s" for one in survey(copied).endpoints)


@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_the_command_tells_what_was_found(copied: Path, form: str) -> None:
    run = waggle("survey", "--root", str(copied), "--format", form, cwd=copied)
    assert run.returncode == 0, run.stderr
    assert "/api/v1/users/{user_id}/name" in run.stdout.decode()
    if form == "json":
        document = json.loads(run.stdout)
        assert document["counts"]["endpoints"] == len(document["endpoints"]) == 10
        assert document["frameworks"] == {"fastapi": 10}


def test_an_empty_repository_is_told_as_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = waggle("survey", "--root", str(tmp_path / "empty"), cwd=tmp_path)
    assert run.returncode == 0
    assert "Endpoints: 0" in run.stdout.decode()


class Broken:
    """An extractor with a fault of ours in it, in one of its two halves."""

    def __init__(self, *, resolves: bool) -> None:
        self.resolves = resolves

    def concerns(self, _file: str, _source: bytes) -> bool:
        return True

    def extract(self, _file: str, _source: bytes) -> list[dict[str, str]]:
        if self.resolves:
            raise KeyError("extract")
        return [{"x": "y"}]

    def resolve(self, facts: dict[str, object]) -> tuple[list[object], list[object]]:
        if facts:
            raise IndexError("resolve")
        return [], []


@pytest.mark.parametrize(("resolves", "told"), [(True, "KeyError"), (False, "IndexError")])
def test_a_fault_of_ours_costs_a_line_and_not_the_run(
    copied: Path, monkeypatch: pytest.MonkeyPatch, resolves: bool, told: str
) -> None:
    broken = Broken(resolves=resolves)
    monkeypatch.setitem(reading.EXTRACTORS, "dependencies", broken)
    found = survey(copied, use_cache=False)
    assert any(told in one.reason for one in found.not_understood)
    assert bool(found.endpoints) is not resolves


@pytest.mark.parametrize("language", grammars.by_name())
@pytest.mark.parametrize("opened", ["List<\n", "f(\n", "x = [\n", "a {\n"])
def test_brackets_that_nobody_closes_are_not_mended(language: str, opened: str) -> None:
    """A grammar of Java took 58 s to mend 20,000 of them, and no limit of time ended it."""
    start = time.monotonic()
    with pytest.raises(syntax.TooSlow):
        syntax.parse(language, opened.encode() * 20_000)
    assert time.monotonic() - start < 5


def test_a_survey_that_ran_out_of_time_says_so_and_the_next_goes_on(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    for number in range(100):
        route = f"@app.get('/r{number}')\ndef r(): ...\n"
        text = f"from flask import Flask\napp = Flask(__name__)\n\n\n{route}"
        (app / f"app{number:03}.py").write_text(text, "utf-8")
    left: list[int] = []
    while not left or left[-1]:
        found = survey(app, seconds=0)
        left.append(found.files_left)
        assert len(found.endpoints) == 100 - left[-1]
    assert left == [60, 20, 0]
    assert len(survey(app).endpoints) == 100


def test_phase_1_goes_on_without_what_it_had_no_time_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "SURVEY_SECONDS", 0)
    root = tmp_path / "app"
    root.mkdir()
    for number in range(41):
        (root / f"app{number}.py").write_text("x = 1\n", "utf-8")
    order = prepare.Order(built_in()[0], root, root / "cli.py", "s", b"Audit the API.")
    output = prepare.prepare(order)
    assert output.config["survey"]["files_left"] == 1
    stopped = (
        "The survey stopped after 0 s, 1 of 41 files unread; the next call goes on from there."
    )
    assert stopped in output.notices
    again = prepare.prepare(order)
    assert "files_left" not in again.config["survey"]

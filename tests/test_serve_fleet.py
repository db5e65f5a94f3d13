"""`serve`: runs of plans and their jobs, from the events; the fleet, from its database."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sessions.events import Event
from tests.fleet import postgres
from tests.fleet.fleets import Fleet
from tests.fleet.networks import Proxies
from tests.fleet.postgres import Postgres
from tests.fleet.processes import holds
from tests.fleet.scripts import Script, lay_out
from tests.kit import PROJECT, waggle
from tests.serving import WORKER, Visitor, begin, busy, end, served, start_run, take, tell, visitor
from tests.test_serve import HOSTILE, assert_runs_nothing_foreign
from workers.fleet import engine
from workers.fleet.leases import Leases, database

pytestmark = pytest.mark.usefixtures("late_imports")

PASSWORD = "geheim%20of"  # noqa: S105 - nobody's
EXECUTOR = "m1.example.4711.c0ffee42"
SECONDS = 60.0


class _Words(HTMLParser):
    """The words in each element with an id, a tag's end as a blank."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.within: dict[str, list[str]] = {}
        self._open: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "br", "input"}:
            self._open.append(dict(attributes).get("id"))

    def handle_endtag(self, _tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for name in filter(None, self._open):
            self.within.setdefault(name, []).extend(data.split())


def words(page: str, name: str) -> str:
    """Return the words within an element."""
    return " ".join(_Words(page).within[name])


def opened(root: Path) -> Visitor:
    known = visitor(root)
    known.open()
    return known


# What the events say


def test_a_session_shows_its_run_and_who_does_which_job(root: Path) -> None:
    begin(root, "orders")
    start_run(root, "orders", "backend", "designer", "frontend", tokens="5000", cost="1.5")
    take(root, "orders", "backend", 1, EXECUTOR)
    take(root, "orders", "backend", 2, EXECUTOR)
    known = opened(root)
    page = known.page("/sessions/orders")
    run = words(page, "run")
    assert "run 1 on postgresql: 0 of 3 jobs ended; at most 5000 tokens and 1.5 USD in all" in run
    assert "not begun yet: designer, frontend" in run
    card = words(page, "workers")
    assert f"Job at work done by {EXECUTOR} Machine m1.example Job phase run, begun " in card
    take(root, "orders", "backend", 3, "m2.1.b")
    assert "done by m2.1.b, taken over once Machine m2" in words(
        known.page("/sessions/orders"), "workers"
    )
    assert "run 1 on postgresql: 0 of 3 jobs ended" in words(known.page("/"), "list")
    end(root, "orders", "backend", "completed", told="run: accepted", executor="m2.1.b")
    end(root, "orders", "designer", "blocked", told="The phase setup hung.", executor="m2.1.b")
    assert "1 of 3" not in words(known.page("/"), "list")
    assert "2 of 3 jobs ended" in words(known.page("/"), "list")
    end(root, "orders", "frontend", "cancelled", executor="fleet cancel")
    page = known.page("/sessions/orders")
    assert "ended run 1 on postgresql: 3 of 3 jobs ended" in words(page, "run")
    cards = words(page, "workers")
    assert "Job completed ended by m2.1.b Machine m2 Job ended " in cards
    assert "designer-worker planned Verdict" in cards  # though it never began
    assert "Job blocked The phase setup hung. Machine" in cards
    assert "Job cancelled ended by fleet cancel Job ended" in cards
    assert "jobs ended" not in words(known.page("/"), "list")


def test_a_session_without_a_run_shows_none(root: Path) -> None:
    begin(root, "orders")
    page = opened(root).page("/sessions/orders")
    assert re.search(r'<section id="run"[^>]* hidden>', page)
    assert "Job" not in words(page, "workers")


def test_a_job_of_a_run_before_is_shown_no_more(root: Path) -> None:
    begin(root, "orders")
    start_run(root, "orders", "backend")
    end(root, "orders", "backend", "failed", told="It was rejected.", executor=EXECUTOR)
    start_run(root, "orders", "backend", number=2)
    page = opened(root).page("/sessions/orders")
    assert "run 2 on postgresql: 0 of 1 job ended" in words(page, "run")
    assert "It was rejected" not in page.partition('id="timeline"')[0]


def test_the_terminal_says_it_with_the_same_words(root: Path) -> None:
    begin(root, "orders")
    start_run(root, "orders", "backend", "frontend", tokens="5000")
    end(root, "orders", "frontend", "skipped", told="It waits for backend.", executor=EXECUTOR)
    take(root, "orders", "backend", 1, EXECUTOR)
    take(root, "orders", "backend", 2, "m2.1.b")
    text = waggle("status", "--session", "orders", cwd=root).stdout.decode()
    assert "  run 1 on postgresql: 1 of 2 jobs ended; at most 5000 tokens in all\n" in text
    assert "; done by m2.1.b, taken over once; " in text
    assert "\n    job skipped: It waits for backend.\n" in text


def test_a_worker_whose_job_ended_in_vain_is_not_at_work(root: Path) -> None:
    begin(root, "orders")
    start_run(root, "orders", "backend")
    end(root, "orders", "backend", "blocked", told="It hung.", executor=EXECUTOR)
    known = opened(root)
    assert "backend blocked" in words(known.page("/"), "list")
    assert "active Verdict" in words(known.page("/sessions/orders"), "workers")  # not alive
    tell(root, "orders", Event("progress", WORKER, "work"))  # somebody goes on by hand
    assert "backend active" in words(known.page("/"), "list")
    assert "active alive Verdict" in words(known.page("/sessions/orders"), "workers")


def test_hostile_names_are_only_shown(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(engine.VARIABLE, "postgresql://h/db")
    start_run(root, "orders", "backend", HOSTILE, cost=HOSTILE)
    take(root, "orders", "backend", 1, f"{HOSTILE}.1.a")
    end(root, "orders", "frontend", HOSTILE, told=HOSTILE, executor=HOSTILE)
    known = opened(root)
    for path in ("/sessions/orders", "/"):
        answer = known.client.get(path)
        policy = answer.headers["content-security-policy"]
        (nonce,) = re.findall(r"script-src 'nonce-([^']+)'", policy)
        assert_runs_nothing_foreign(answer.text, nonce)
        assert not re.search("[\u202e\x1b]", answer.text)
    assert known.page("/sessions/orders").count("{{ 7*7 }}") >= 4


# What the database says


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a database that takes connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.mark.parametrize("value", [None, "", "sqlite"])
def test_without_a_fleet_nothing_leads_to_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv(engine.VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(engine.VARIABLE, value)
    known = opened(root)
    assert 'href="/fleet"' not in known.page("/")
    assert "No database of a fleet is named" in words(known.page("/fleet"), "about")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://me:PASSWORD@h/db", "is no address of a PostgreSQL database"),
        ("postgresql:/db", "is no address of a PostgreSQL database"),
        ("postgresql://me:of@PASSWORD@h/db", "is no address of a PostgreSQL database"),
        ("postgresql://127.0.0.1:1/db?password=PASSWORD", "cannot be used"),
        ("postgresql://127.0.0.1:1/db?sslmode=no", "invalid sslmode value"),
        ("postgresql://me:PASSWORD@127.0.0.1:1/db", "postgresql://127.0.0.1:1/db cannot be used"),
    ],
)
def test_a_database_that_is_away_is_a_line(
    root: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv(engine.VARIABLE, url.replace("PASSWORD", PASSWORD))
    engine.queue_of(root, "waggle", make=True)
    known = opened(root)
    assert 'href="/fleet"' in known.page("/")
    page = known.page("/fleet")
    assert said in words(page, "about")
    assert not re.search("geheim|%20of", page)


def test_where_no_fleet_ever_worked_nothing_is_written(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(engine.VARIABLE, "postgresql://127.0.0.1:1/db")
    known = opened(root)
    before = {*root.rglob("*")}
    page = known.page("/fleet")
    assert "no fleet has worked for this repository yet" in words(page, "about")
    assert {*root.rglob("*")} == before


def test_a_database_that_hangs_holds_up_no_page_and_no_end(
    root: Path, monkeypatch: pytest.MonkeyPatch, silent: int
) -> None:
    monkeypatch.setenv(engine.VARIABLE, f"postgresql://me:{PASSWORD}@127.0.0.1:{silent}/db")
    engine.queue_of(root, "waggle", make=True)
    begin(root, "orders")
    known = opened(root)
    assert "The database has not answered yet" in words(known.page("/fleet"), "about")
    begun = time.monotonic()
    assert known.page("/sessions/orders")
    assert time.monotonic() - begun < 2 * busy()
    with served(root) as server:
        opener = subprocess.Popen([sys.executable, "-c", _ASKS, server.url, f"{server.base}/fleet"])
        opener.wait(SECONDS)
        begun = time.monotonic()
        assert server.end()[0] == 128 + signal.SIGTERM
        assert time.monotonic() - begun < 3 * busy()


_ASKS = """
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
for url in sys.argv[1:]:
    opener.open(url, timeout=20).read()
"""
_IMPORTED = """
import json, sys
from pathlib import Path
from tests.serving import visitor
known = visitor(Path(sys.argv[1]))
known.open()
names = []
for path in ("/", "/sessions/orders", "/fleet"):
    known.page(path)
    names.append([name for name in ("dbos", "sqlalchemy") if name in sys.modules])
print(json.dumps(names))
"""


def test_the_engine_is_imported_for_nobody(root: Path) -> None:
    begin(root, "orders")
    engine.queue_of(root, "waggle", make=True)
    named = {engine.VARIABLE: "postgresql://127.0.0.1:1/db", "PYTHONPATH": str(PROJECT)}
    run = subprocess.run(
        [sys.executable, "-c", _IMPORTED, str(root)],
        env={**os.environ, **named},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == [[], [], ["sqlalchemy"]]


# On a PostgreSQL of its own

needs_postgres = pytest.mark.skipif(postgres.missing() is not None, reason=str(postgres.missing()))


@pytest.fixture
def server() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.mark.slow
@pytest.mark.fleet
@needs_postgres
def test_whoever_may_only_read_sees_the_fleet(
    server: Postgres, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.make_database("orders")
    server.psql("CREATE ROLE looker LOGIN")
    monkeypatch.setenv(engine.VARIABLE, server.url("orders").replace("waggle@", "looker@"))
    queue = engine.queue_of(root, "nights", make=True)
    assert "no worker takes jobs of this repository" in words(opened(root).page("/fleet"), "queues")
    assert (
        server.psql("SELECT count(*) FROM pg_namespace WHERE nspname = 'waggle'", "orders") == "0"
    )
    engine.make_tables(server.url("orders"))
    connections = database(server.url("orders"), 60.0)
    leases = Leases(connections, 60.0)
    leases.prepare()
    leases.join(HOSTILE, queue, 4)
    leases.join("late", queue, 1)
    leases.join("other", "nights@another", 1)
    connections.dispose()
    server.psql("UPDATE waggle.executors SET deadline = now() WHERE id = 'late'", "orders")
    server.psql("UPDATE waggle.executors SET draining = true WHERE id <> 'late'", "orders")
    for schema in ("dbos", "waggle"):
        server.psql(f"GRANT USAGE ON SCHEMA {schema} TO looker", "orders")
        server.psql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO looker", "orders")
    page = opened(root).page("/fleet")
    assert_runs_nothing_foreign(page, re.findall('<script nonce="([^"]+)"', page)[0])
    table = words(page, "queues")
    assert table.startswith("Queue nights 0 jobs queued Worker Machine Jobs State Since")
    assert "0 of 4 slots at work draining" in table
    assert "0 of 1 slot at work lease over" in table
    assert "another" not in table


@pytest.mark.slow
@pytest.mark.fleet
@needs_postgres
def test_a_fleet_at_work_is_shown(
    server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script("one", {"backend": [], "designer": [], "frontend": ["backend"]})
    for worker in ("backend", "designer"):
        script.set_step(worker, "run", (60.0, "completed"))
    with Proxies() as network, Fleet(server, network, tmp_path, "work", 2.0, slots=1) as fleet:
        lay_out(fleet.root, [script])
        fleet.start_worker(fleet.add_machine())
        assert holds(lambda: fleet.begin("one", 0).wait(SECONDS) == 0, SECONDS), "not queued"
        monkeypatch.setenv(engine.VARIABLE, server.url("work"))

        def says(*texts: str) -> bool:
            seen = words(opened(fleet.root).page("/fleet"), "queues")
            return all(text in seen for text in texts)

        assert holds(lambda: says("1 of 1 slot at work takes jobs", "1 job queued"), SECONDS)
        run = words(opened(fleet.root).page("/sessions/one"), "run")
        assert "run 1 on postgresql: 0 of 3 jobs ended" in run
        assert run.endswith("Fleet")
        fleet.signal(0, 0, signal.SIGKILL)  # nobody is left who would give its job back
        assert holds(lambda: says("1 of 1 slot at work lease over"), SECONDS)
        fleet.start_worker(0)
        assert holds(lambda: says("1 of 1 slot at work takes jobs"), SECONDS)

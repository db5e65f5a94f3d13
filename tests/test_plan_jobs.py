"""Jobs of a plan: taken with growing tokens, ended once, fenced off; what the engine stores."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fleets.plans import measure
from sessions import fence
from sessions.errors import BadInput, Busy, Damaged, NoEngine, Superseded
from sessions.events import Event
from sessions.lock import locked
from sessions.session import Session, make_session, record
from tests.kit import CLI, SESSION, TASK, fill_in, waggle
from tests.test_queen import SCRIPTED, made, row
from workers.fleet import engine, jobs, local, phases, processes
from workers.fleet.ordering import Asked
from workers.fleet.places import Folder
from workers.fleet.shared import shared
from workers.hive.outcomes import Outcome
from workers.hive.plan import Plan


@pytest.fixture
def session(root: Path) -> Session:
    made_one = make_session(root, SESSION)
    made_one.plan_file.parent.mkdir()
    return made_one


def one(status: str = "completed") -> Outcome:
    return Outcome("backend", status)


def begun(session: Session, *workers: str) -> jobs.Run:
    plan = Plan.model_construct(assignments=list(made(*map(row, workers)).assignments))
    return jobs.begin(session, plan, engine.SQLITE, Asked().plain())


def taken(session: Session, run: jobs.Run, executor: str = "a") -> jobs.Claim:
    claim = jobs.take(session, run, "backend", "run", executor, is_alive=lambda: True)
    assert claim is not None
    return claim


def events(session: Session, event_type: str) -> list[dict[str, Any]]:
    lines = map(json.loads, session.events_file.read_text().splitlines())
    return [line["details"] for line in lines if line["event_type"] == event_type]


def test_tokens_grow_whoever_takes_a_job(session: Session) -> None:
    run = begun(session, "backend")
    assert [taken(session, run, name).token for name in "aba"] == [1, 2, 3]
    assert jobs.end(session, run, one(), None, "x")
    again = begun(session, "backend")
    assert (again.number, taken(session, again).token) == (2, 5)


def test_a_worker_whose_job_was_taken_is_begun_by_phase_1(session: Session) -> None:
    taken(session, begun(session, "backend"))
    words = ("--setup", "--session", SESSION, "--task", TASK, "--kind", "change")
    for _ in range(2):
        assert waggle("backend", *words, cwd=session.root).returncode == 0
    about = session.state().workers["backend-worker"]
    assert (about.status, about.kind, about.root) == ("active", "change", str(session.root))
    assert about.started_at
    assert about.base
    assert len(events(session, "worker_spawned")) == 1


def test_a_job_ends_once(session: Session) -> None:
    run = begun(session, "backend")
    claim = taken(session, run)
    assert jobs.end(session, run, one(), claim, "a")
    assert not jobs.end(session, run, one("failed"), claim, "b")
    assert [said["status"] for said in events(session, "job_ended")] == ["completed"]
    assert jobs.take(session, run, "backend", "run", "c", is_alive=lambda: True) is None
    assert jobs.ended(session.state(), run)["backend"].is_done


def test_a_late_executor_neither_ends_nor_takes_what_others_have(session: Session) -> None:
    run = begun(session, "backend")
    late, _ = taken(session, run, "late"), taken(session, run, "new")
    with pytest.raises(Superseded):
        jobs.end(session, run, one(), late, "late")
    with pytest.raises(Superseded):
        jobs.take(session, run, "backend", "run", "late", is_alive=lambda: False)
    assert not events(session, "job_ended")


def test_a_run_stays_open_until_all_its_jobs_ended(session: Session) -> None:
    run = begun(session, "backend", "docs")
    jobs.end(session, run, one(), None, "x")
    assert begun(session, "backend", "docs") == run
    jobs.end(session, run, Outcome("docs", "skipped", told="why", skipped=("backend",)), None, "x")
    assert jobs.ended(session.state(), run)["docs"].skipped == ("backend",)
    assert begun(session, "backend", "docs").number == 2


def test_a_plan_that_changed_is_another_run(session: Session) -> None:
    run = begun(session, "backend", "docs")
    assert begun(session, "backend").number == run.number + 1


def as_job(root: Path, claim: jobs.Claim, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a phase as an executor does: its input is a pipe that is held open."""
    known = {**os.environ, **fence.environment(claim.worker, claim.token)}
    reading, held_open = os.pipe()
    try:
        return subprocess.run(
            [sys.executable, *words],
            cwd=root,
            env=known,
            stdin=reading,
            capture_output=True,
            check=False,
        )
    finally:
        os.close(reading)
        os.close(held_open)


def test_what_a_superseded_process_writes_is_refused(set_up: Path) -> None:
    """The phase itself, as a process: its verdict does not count, and changes no file."""
    fill_in(set_up, SESSION)
    session = make_session(set_up, SESSION)
    run = begun(session, "backend")
    old, new = taken(session, run, "old"), taken(session, run, "new")
    before = {path: path.read_bytes() for path in session.path.rglob("*") if path.is_file()}
    words = ["backend", "--output", "--session", SESSION, "--json"]
    refused = as_job(set_up, old, str(CLI), *words)
    assert refused.returncode in {3, 128 + signal.SIGTERM}, refused  # who of the two is first
    assert b"was taken over" in refused.stderr
    after = {path: path.read_bytes() for path in session.path.rglob("*") if path.is_file()}
    assert {path for path in after if after[path] != before.get(path)} <= {session.path / ".lock"}
    judged = as_job(set_up, new, str(CLI), *words)
    assert judged.returncode == 0, judged.stderr
    # Whoever is started by hand, as no job, is not held up.
    assert waggle(*words, cwd=set_up).returncode == 0
    verdicts = [one.get("token") for one in events(session, "output_accepted")]
    assert verdicts == [new.token, None]


@pytest.mark.parametrize("text", ["backend-worker:9", "backend-worker:x", "backend-worker:"])
def test_a_token_that_nobody_gave_out_writes_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    taken(session, begun(session, "backend"))
    monkeypatch.setenv(fence.VARIABLE, text)
    with pytest.raises(Superseded), session.locked():
        pytest.fail("it was let in")


def test_a_process_of_a_job_ends_with_its_executor(set_up: Path) -> None:
    """Its standard input is a pipe that closes when the executor dies."""
    session = make_session(set_up, SESSION)
    claim = taken(session, begun(session, "backend"))
    code = (
        "import sys, time; from pathlib import Path; from workers.fleet.following import follow\n"
        f"follow(Path({str(set_up)!r}), {SESSION!r}); print('at work', flush=True); time.sleep(60)"
    )
    known = {**os.environ, **fence.environment(claim.worker, claim.token)}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=CLI.parent,
        env=known,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stdin
        assert process.stderr
        assert process.stdout.readline() == b"at work\n"
        process.stdin.close()
        assert process.wait(timeout=30) == -signal.SIGTERM
        assert b"its executor is gone" in process.stderr.read()


SHARES = {
    # Tokens in all, workers and what they used: the limit that the next one gets.
    "all of it": (1000, {"backend": 0}, ["--max-tokens", "1000"]),
    "half": (1000, {"backend": 0, "docs": 0}, ["--max-tokens", "500"]),
    "what is left": (1000, {"backend": 0, "docs": 400}, ["--max-tokens", "300"]),
    "beside its own": (1000, {"backend": 200, "docs": 0}, ["--max-tokens", "600"]),
    "nothing": (1000, {"backend": 0, "docs": 1000}, None),
}


@pytest.mark.parametrize("name", SHARES)
def test_limits_of_all_are_shared_by_what_has_not_ended(session: Session, name: str) -> None:
    total, used, expected = SHARES[name]
    run = begun(session, *used)
    with session.locked():
        for worker, tokens in used.items():
            about = {"tokens_in": tokens - tokens // 4, "tokens_out": tokens // 4, "source": "x"}
            record(session, Event("code_analyzed", f"{worker}-worker", "ask", metrics=about))
    job = phases.Job(
        run.session_id, run.number, list(used), "backend", [], [], {"tokens": str(total)}
    )
    assert phases._limits(session, job) == expected


ANSWER = {
    "kind": "response",
    "usage": {"input_tokens": 200, "output_tokens": 40, "cost": "0.5"},
}
# Whose transcript has two answers, of which its events say nothing, and how its job ended ->
# how many tokens the next one may take.
CUT_OFF = {
    "another that was cancelled": ("docs", "cancelled", "520"),
    "another that hung": ("docs", "blocked", "520"),
    "its own last try": ("backend", None, "740"),
}


@pytest.mark.parametrize("name", CUT_OFF)
def test_what_was_cut_off_before_it_was_recorded_is_spent(session: Session, name: str) -> None:
    worker, ends, tokens = CUT_OFF[name]
    expected = ["--max-tokens", tokens, "--max-cost", "2.0000"]
    run = begun(session, "backend", "docs")
    job = phases.Job(run.session_id, run.number, ["backend", "docs"], "backend", [], [], {})
    job = job._replace(totals={"tokens": "1000", "cost": "3"})
    jobs.take(session, run, worker, "run", "a", is_alive=lambda: True)
    torn = json.dumps(ANSWER)[:-9]
    line = json.dumps(ANSWER) + "\n"
    session.transcript_file(worker).write_text(f'{{"kind":"request"}}\n{line}{line}{torn}')
    if ends:
        assert jobs.end(session, run, Outcome(worker, ends), None, "a")
    assert phases._limits(session, job) == expected
    with session.locked():  # its next try records it
        about = {"tokens_in": 400, "tokens_out": 80, "cost": 1.0, "source": "x"}
        record(session, Event("code_analyzed", f"{worker}-worker", "ask", metrics=about))
    assert phases._limits(session, job) == expected, "it is counted twice"


@pytest.mark.parametrize("number", ["NaN", "1E+40", "-1E+9", "x", [], True])
def test_a_transcript_of_numbers_that_are_none_stops_no_job(
    session: Session, number: object
) -> None:
    run = begun(session, "backend")
    taken(session, run)
    about = {**ANSWER, "usage": {"input_tokens": 1, "output_tokens": 1, "cost": number}}
    session.transcript_file("backend").write_text(json.dumps(about) + "\n" + "[" * 100_000)
    job = phases.Job(run.session_id, run.number, ["backend"], "backend", [], [], {"cost": "3"})
    limits = phases._limits(session, job)
    assert limits is not None
    assert Decimal(limits[1]) in {3, 4}


def test_a_smaller_limit_of_ones_own_stays(session: Session) -> None:
    run = begun(session, "backend")
    own = ["--max-cost", "1", "--attempts", "2"]
    job = phases.Job(run.session_id, run.number, ["backend"], "backend", [], own, {"cost": "30"})
    assert phases._limits(session, job) == ["--attempts", "2", "--max-cost", "1"]
    job = job._replace(totals={"cost": "0.5"})
    assert phases._limits(session, job) == ["--attempts", "2", "--max-cost", "0.5000"]


def test_a_run_that_was_replaced_does_nothing_more(session: Session) -> None:
    old = begun(session, "backend", "docs")
    claim = taken(session, old)
    new = begun(session, "backend")
    assert [one["status"] for one in events(session, "job_ended")] == ["cancelled"] * 2
    assert jobs.take(session, old, "backend", "run", "a", is_alive=lambda: True) is None
    assert not jobs.end(session, old, one(), claim, "a")
    assert {one.status for one in jobs.ended(session.state(), old).values()} == {"cancelled"}
    assert taken(session, new).token == 3
    assert jobs.end(session, new, one(), None, "x")
    assert {one.status for one in jobs.ended(session.state(), old).values()} == {"cancelled"}


OURS = {
    "session": SESSION,
    "run": 1,
    "workers": ["backend"],
    "worker": "backend",
    "options": ["--model", "anthropic:x"],
    "run_options": ["--max-cost", "2", "--otel"],
    "totals": {"tokens": "100"},
}
NOT_OURS: dict[str, dict[str, Any]] = {
    "a task": {"options": ["--task-file", "/etc/passwd"]},
    "an option as a value": {"options": ["--model", "--fresh"]},
    "a switch": {"options": ["--fresh", "x"]},
    "half a pair": {"options": ["--model"]},
    "a phase": {"run_options": ["--setup", "x"]},
    "a worker": {"worker": "--help", "workers": ["--help"]},
    "a stranger": {"worker": "docs"},
    "a total": {"totals": {"root": "1"}},
    "no number": {"totals": {"cost": "$(id)"}},
    "another shape": {"options": None},
    "too much": {"more": 1},
}


def test_a_job_of_ours_is_taken() -> None:
    assert phases.job_of(OURS).worker == "backend"


@pytest.mark.parametrize("name", NOT_OURS)
def test_what_somebody_else_put_into_the_engine_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="none of ours"):
        phases.job_of({**OURS, **NOT_OURS[name]})


class Planted:
    """What a pickle in the database would do."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path(self.file),)


def test_a_pickle_in_the_engine_is_not_opened(session: Session) -> None:
    """As somebody would plant it who may write into the database: arguments of a plan."""
    import base64
    import pickle

    from dbos import _serialization as of_dbos

    from workers.fleet.serializing import JsonSerializer, refuse_pickles

    opened = session.root / "opened"
    text = base64.b64encode(pickle.dumps(Planted(str(opened)))).decode()
    before = of_dbos.DefaultSerializer.deserialize
    try:
        refuse_pickles()
        for read in (of_dbos.deserialize_value, of_dbos.deserialize_args):
            with pytest.raises(ValueError, match="is a pickle"):
                read(text, "py_pickle", JsonSerializer())
        with pytest.raises(ValueError, match="is a pickle"):
            of_dbos.deserialize_exception(text, "py_pickle", JsonSerializer())
        assert not opened.exists()
    finally:
        of_dbos.DefaultSerializer.deserialize = before  # type: ignore[method-assign]
    code = "from dbos import _serialization as of; "
    code += f"of.deserialize_value({text!r}, 'py_pickle', of.DefaultSerializer())"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert opened.exists(), "the plant does not work"


async def _ran(*words: str, seconds: float) -> processes.Ended:
    processes.open_up()
    return await processes.run(words, {}, seconds)


def test_what_a_phase_left_behind_does_not_hold_it_up() -> None:
    begun_at = time.monotonic()
    ended = asyncio.run(_ran("sh", "-c", "echo done; setsid sleep 30 & exit 7", seconds=20))
    assert (ended.code, ended.out, ended.hung) == (7, b"done\n", False)
    assert time.monotonic() - begun_at < 15


def test_a_phase_that_hangs_is_ended() -> None:
    ended = asyncio.run(_ran("sh", "-c", "echo begun; sleep 60", seconds=1))
    assert (ended.hung, ended.out) == (True, b"begun\n")


SECRETS = ("WAGGLE_ENGINE", "PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE", "PGSSLKEY")


@pytest.mark.parametrize("name", SECRETS)
def test_a_phase_is_not_given_what_opens_the_engine(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("PGHOST", "h")  # of itself it opens nothing
    ended = asyncio.run(_ran("sh", "-c", f"echo [${name}] $PGHOST", seconds=20))
    assert ended.out == b"[] h\n"


def done_after(session: Session, *endings: processes.Ended) -> phases.Done:
    """Do a phase whose processes end so, one after the other, without a pause."""
    run = begun(session, "backend")
    results = iter(endings)

    async def ends(*_arguments: object) -> processes.Ended:
        return next(results)

    executor = phases.Executor("a", session.root, Path("x"), lambda: True)
    job = phases.Job(run.session_id, run.number, ["backend"], "backend", [], [], {})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(processes, "run", ends)
        patched.setattr(phases, "_PAUSES", (0.0, 0.0, 0.0))
        done = asyncio.run(phases.do(executor, job, "run"))
    assert done is not None
    assert next(results, None) is None
    return done


ENDED_WELL = processes.Ended(0, b"{}", b"")


@pytest.mark.parametrize("code", [-9, 137, 143, 130])
def test_a_phase_that_a_signal_ended_is_tried_again(session: Session, code: int) -> None:
    """A shutdown sends SIGTERM to every process; the phase ends by it, not by its own fault."""
    done = done_after(session, processes.Ended(code, b"", b""), ENDED_WELL)
    assert (done.outcome.status, done.claim and done.claim.token) == ("completed", 2)


def test_a_phase_that_failed_by_itself_is_not_tried_again(session: Session) -> None:
    assert done_after(session, processes.Ended(1, b"{}", b"")).outcome.status == "failed"


def test_who_holds_the_run_of_a_worker_is_waited_for(session: Session) -> None:
    """A machine that hangs keeps its locks for a while: that is no fault of the job."""
    busy = processes.Ended(3, json.dumps({"problems": [{"code": "R09"}]}).encode(), b"")
    assert done_after(session, *[busy] * 9, ENDED_WELL).outcome.status == "completed"


def scripted(session: Session, how: dict[str, Any]) -> Path:
    folder = session.root.parent / "scripted"
    folder.mkdir(exist_ok=True)
    program = folder / "program.py"
    program.write_text(SCRIPTED)
    (folder / "how.json").write_text(json.dumps({"codes": {}, "outcomes": {}, "wait": 0, **how}))
    return program


def test_one_process_runs_a_plan(session: Session) -> None:
    with locked(session.path / ".run.lock"), pytest.raises(Busy, match="being run already"):
        local.carry_out(
            session, Path(), made(row("backend")), Asked(), parallel=1, ended=lambda _: None
        )


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_a_damaged_engine_is_made_again(session: Session, damage: bytes | None) -> None:
    """Jobs that ended are in the events: they are not done again."""
    plan = made(row("backend"), row("docs", "backend"))
    run = jobs.begin(session, plan, engine.SQLITE, Asked().plain())
    jobs.end(session, run, one(), taken(session, run), "a")
    file = session.plan_file.with_name("engine-1-1.db")
    if damage is not None:
        file.write_bytes(damage)
    program = scripted(session, {})
    outcomes = local.carry_out(session, program, plan, Asked(), parallel=1, ended=lambda _: None)
    assert [one.status for one in outcomes] == ["completed", "completed"]
    assert program.with_name("log").read_text() == "begin docs\nend docs\n"
    assert not list(file.parent.glob("engine-*"))


def test_a_plan_that_the_engine_gave_up_leaves_nothing_in_the_way(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same command begins with a new engine: an old one would give it up again."""
    monkeypatch.setattr(local, "_LOOK_SECONDS", 0.2)
    plan, program = made(row("backend")), scripted(session, {})
    how: dict[str, Any] = {"parallel": 1, "ended": lambda _: None}
    with pytest.raises(NoEngine, match="does no more"), pytest.MonkeyPatch.context() as patched:
        patched.setattr(phases, "_TOTALS", frozenset())  # as if somebody else had written it
        local.carry_out(session, program, plan, Asked(totals=(("cost", "1"),)), **how)
    assert not list(session.plan_file.parent.glob("engine-*"))
    outcomes = local.carry_out(session, program, plan, Asked(totals=(("cost", "1"),)), **how)
    assert [outcome.status for outcome in outcomes] == ["completed"]


def test_a_run_says_what_keeps_an_end_from_being_recorded(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for it, and nobody would know for what."""
    end = Folder.end
    calls: list[object] = []
    lines: list[str] = []

    def late(*about: Any) -> None:
        calls.append(about)
        if len(calls) < 3:
            raise Damaged("the log is a folder", "x")
        end(*about)

    monkeypatch.setattr(Folder, "end", late)
    monkeypatch.setattr(phases, "BUSY_SECONDS", -1.0)
    plan, program = made(row("backend")), scripted(session, {})
    how: dict[str, Any] = {"parallel": 1, "ended": lambda _: None, "say": lines.append}
    (outcome,) = local.carry_out(session, program, plan, Asked(), **how)
    assert outcome.status == "completed"
    assert len(lines) == 1
    assert "the log is a folder" in lines[0]


def test_looking_at_a_fleet_writes_nothing(root: Path) -> None:
    with pytest.raises(BadInput, match="no fleet has worked"):
        shared("postgresql://h/db", root, "q", make=False)
    assert not (root / "Docs").exists()


def test_a_run_that_is_told_to_end_ends_its_workers(root: Path) -> None:
    words = ["queen", "--task", TASK, "--session", SESSION, "--model", "none"]
    assert waggle(*words, cwd=root).returncode == 0
    session = make_session(root, SESSION)
    scripted(session, {"wait": 60})
    code = (
        "import signal, sys; from pathlib import Path\n"
        "from workers.fleet import local; from workers.fleet.ordering import Asked\n"
        "from workers.hive.queen import open_plan\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        f"session, plan = open_plan(Path({str(root)!r}), {SESSION!r})\n"
        f"program = Path({str(root.parent)!r}, 'scripted', 'program.py')\n"
        "local.carry_out(session, program, plan, Asked(), parallel=1, ended=print)\n"
    )
    log = root.parent / "scripted" / "log"
    with subprocess.Popen([sys.executable, "-c", code], cwd=CLI.parent) as process:
        until = time.monotonic() + 60
        while not log.exists() and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 143
    assert log.read_text().splitlines() == ["begin backend"]
    running = subprocess.run(["pgrep", "-f", str(log.parent)], capture_output=True, check=False)
    assert not running.stdout
    assert session.state().jobs["backend-worker"]["ended_at"] is None  # the same command goes on


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user's own configuration is; there is none yet."""
    monkeypatch.delenv(engine.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    file = tmp_path / "own" / "waggle" / "waggle.toml"
    file.parent.mkdir(parents=True)
    return file


ADDRESSES = {
    None: None,
    "sqlite": None,
    "postgresql://me@host/db": "postgresql://me@host/db",
    "postgres://h:5432/db": "postgres://h:5432/db",
}


@pytest.mark.parametrize("given", ADDRESSES, ids=str)
@pytest.mark.usefixtures("own")
def test_an_address_is_postgresql_or_nothing(given: str | None) -> None:
    assert engine.address(given) == ADDRESSES[given]


# --engine, WAGGLE_ENGINE, the user's file -> what counts.
FROM = {
    (None, None, "postgresql://file/db"): "postgresql://file/db",
    (None, "postgresql://env/db", "postgresql://file/db"): "postgresql://env/db",
    ("postgresql://option/db", "postgresql://env/db", "nonsense"): "postgresql://option/db",
    ("sqlite", None, "postgresql://file/db"): None,
    (None, "sqlite", "postgresql://file/db"): None,
    (None, "", "postgresql://file/db"): "postgresql://file/db",
}


@pytest.mark.parametrize("given", FROM, ids=str)
def test_an_address_is_the_users(
    given: tuple[str | None, str | None, str], own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    option, variable, text = given
    own.write_text(f'model = "groq:x"\nengine = "{text}"\n')
    if variable is not None:
        monkeypatch.setenv(engine.VARIABLE, variable)
    assert engine.address(option) == FROM[given]


WITH_PASSWORD = (
    "postgresql://me:hunter2@h/db",
    "postgresql://h/db?user=me&password=hunter2",
    "postgresql://h/db?sslpassword=hunter2",
    "me:hunter2@h/db",
    "postgresql://me:hunter2@[h/db",
)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
@pytest.mark.parametrize("text", WITH_PASSWORD)
def test_a_password_that_others_may_read_is_refused(own: Path, text: str, mode: int) -> None:
    own.write_text(f'engine = "{text}"\n')
    own.chmod(mode)
    with pytest.raises(BadInput) as caught:
        engine.address(None)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    own.chmod(0o600)
    if "@[h" in text or not text.startswith("postgresql://"):
        with pytest.raises(BadInput, match="no address") as caught:
            engine.address(None)
        assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    else:
        assert engine.address(None) == text
    own.write_text('engine = "postgresql://me@h/db"\n')
    own.chmod(mode)
    assert engine.address(None) == "postgresql://me@h/db", "without a password all may read it"


@pytest.mark.parametrize("text", ["engine = 7\n", 'engine = ""\n', "[engine]\n"])
def test_an_engine_that_is_no_text_is_refused(own: Path, text: str) -> None:
    own.write_text(text)
    with pytest.raises(BadInput, match="is no text"):
        engine.address(None)


@pytest.mark.parametrize(
    "text",
    [
        *("mysql://h/db", "http://h", "postgresql://", "nonsense", "[::", "postgres://h:x/d"),
        *("postgresql://me:p@ss@h/d", "postgresql://me:p@ss/w@rd@h:5432/d"),
    ],
)
def test_another_address_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no address of a PostgreSQL"):
        engine.address(text)


@pytest.mark.parametrize(
    "place", ["me:hunter2@db.example:5432/waggle", "db.example/w?password=hunter2"]
)
def test_a_password_is_never_said(place: str) -> None:
    url = f"postgresql://{place}"
    error = engine.no_engine(url, RuntimeError("password hunter2 was refused"))
    assert "hunter2" not in error.message
    assert "db.example" in error.message


@pytest.mark.parametrize("name", ["", "a b", "x/y", "é!", "q" * 61])
def test_a_queue_has_a_plain_name(root: Path, name: str) -> None:
    with pytest.raises(BadInput, match="queue"):
        shared("postgresql://h/db", root, name)


def test_a_repository_has_one_queue_of_a_name(root: Path) -> None:
    first, again = (shared("postgresql://h/db", root, "q").queue for _ in range(2))
    assert first == again
    assert first.startswith("q@")


def test_without_the_extra_a_line_says_what_to_install(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda _name: None)
    with pytest.raises(NoEngine, match="extra `fleet`") as caught:
        local.carry_out(
            session, Path(), made(row("backend")), Asked(), parallel=1, ended=lambda _: None
        )
    assert "pip install" in caught.value.hint
    assert not session.events_file.exists()


LATE = ("dbos", "sqlalchemy", "psycopg")
LIGHT = {
    "setup": ["backend", "--setup", "--session", SESSION, "--task", TASK],
    "output": ["backend", "--output", "--session", SESSION],
    "status": ["status"],
    "hook": ["hook", "--help"],  # it reads its input to the end, which here has none
}


@pytest.mark.parametrize("name", LIGHT)
def test_a_phase_imports_no_engine(set_up: Path, name: str) -> None:
    session = make_session(set_up, SESSION)
    claim = taken(session, begun(session, "backend"))
    run = as_job(set_up, claim, "-X", "importtime", str(CLI), *LIGHT[name])
    imported = {line.rpartition("|")[2].strip() for line in run.stderr.decode().splitlines()}
    assert "workers.commands" in imported, run.stderr[-500:]
    assert imported.isdisjoint(LATE)


def test_the_benchmark_of_plans_runs(tmp_path: Path) -> None:
    small, large = (measure(tmp_path, workers) for workers in (5, 50))
    assert small.workers < large.workers
    assert small.argument < large.argument

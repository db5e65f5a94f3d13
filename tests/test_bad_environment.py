"""Bad environments (E): the same answer, no traceback, nothing of the repository's executed."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tests.kit import CLI, SESSION, copy_sample, document, fill_in, waggle
from tests.refusals import CANARY, SESSIONS, answered, assert_clean, folder_of, refused, shell, tree

LOG = f"$W log --session {SESSION} --worker w --event progress"
STATUS = f"$W status --session {SESSION}"
READING = (["status"], ["session", "list"], ["session", "show", SESSION])


@pytest.fixture
def kept(shared: Path, tmp_path: Path) -> Path:
    """A copy of the shared repository, for a test that changes it."""
    root = tmp_path / "service"
    shutil.copytree(shared, root)
    return root


WORKS: dict[str, str] = {
    "E01-no-home": f"env -u HOME {STATUS}",
    "E02-locale": f"LC_ALL=C PYTHONIOENCODING=ascii PYTHONCOERCECLOCALE=0 PYTHONUTF8=0 {STATUS}",
    "E03-columns": f"COLUMNS=x LINES=0 NO_COLOR=1 {STATUS}",
    "E03-narrow": f"COLUMNS=0 TERM= {STATUS}",
    "E04-head": f"{STATUS} | head -1; {STATUS} >/dev/null",
    "E08-link": f"ln -s . link; {STATUS} --root link",
    "E08-nested": f"mkdir -p app/.git/x; rm -r app/.git; cd app; {STATUS}",
    "E09-closed": f"{STATUS} <&-",
    "E09-endless": f"{STATUS} </dev/zero",
    "E10-files": f"ulimit -n 16; {STATUS}",
    "E10-memory": f"ulimit -v 300000; {STATUS}",
    "E13-optimised": f"PYTHONOPTIMIZE=2 PYTHONHASHSEED=7 PYTHONSTARTUP=x {STATUS}",
}


@pytest.mark.parametrize("line", WORKS.values(), ids=WORKS)
def test_it_works_all_the_same(kept: Path, line: str) -> None:
    before = tree(kept)
    for mode in ("", " --json"):
        run = shell(kept, line.replace(STATUS, STATUS + mode).replace("ln -s", "ln -sf"))
        assert_clean(run)
        assert run.returncode == 0, run.stderr
    after = {name: data for name, data in tree(kept).items() if not name.startswith("link")}
    assert after == before


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"{STATUS} >&-", id="E04-closed"),
        pytest.param(f"{STATUS} >/dev/full", id="E04-full"),
        pytest.param(f"cd /; $W status --session {SESSION}", id="E07-elsewhere"),
        pytest.param(f"$W log --batch --session {SESSION} --worker w <&-", id="E09-batch"),
        pytest.param("$W backend --setup --task-file - <&-", id="E09-task"),
    ],
)
def test_it_is_refused_and_nothing_changes(kept: Path, line: str) -> None:
    before = tree(kept)
    for mode in ("", " --json"):
        run = shell(
            kept, line.replace("$W log", f"$W log{mode}").replace("status", f"status{mode}")
        )
        assert b"Traceback" not in run.stdout + run.stderr
        assert run.returncode in {2, 3}, (run.stdout, run.stderr)
    assert tree(kept) == before


def test_e04_the_state_is_the_same_when_nobody_takes_the_answer(kept: Path) -> None:
    for number, line in enumerate((f"{LOG} >/dev/full", f"{LOG} >&- 2>&-", f"{LOG} | true")):
        shell(kept, line)
        events = (folder_of(kept) / "EVENTS.jsonl").read_bytes().splitlines()
        assert [json.loads(one)["seq"] for one in events] == list(range(1, 7 + number))


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("closed", ["", "2>&-"])
def test_e05_a_signal_ends_it_with_one_line(kept: Path, number: int, closed: str) -> None:
    from sessions.lock import locked

    before = tree(kept)
    line = (
        f"exec {sys.executable} {CLI} log --session {SESSION} --worker w --event progress {closed}"
    )
    with locked(folder_of(kept) / ".lock"):
        run = subprocess.Popen(["bash", "-c", line], cwd=kept, stdout=-1, stderr=-1)
        time.sleep(1.5)
        run.send_signal(number)
        _, errors = run.communicate(timeout=30)
    assert run.returncode == 128 + number
    assert errors.count(b"\n") == (0 if closed else 1)
    assert tree(kept) == before
    assert waggle(*LOG.split()[1:], cwd=kept).returncode == 0


@pytest.mark.skipif(not shutil.which("strace"), reason="strace kills at a call")
def test_e06_a_kill_at_any_writing_call(kept: Path) -> None:
    for call in ("write", "fsync", "rename"):
        for when in (1, 2, 3):
            shell(kept, f"strace -qq -o /dev/null -e inject={call}:signal=KILL:when={when} {LOG}")
    answered(kept, "status", "--session", SESSION)
    assert shell(kept, LOG).returncode == 0
    events = (folder_of(kept) / "EVENTS.jsonl").read_bytes().splitlines()
    assert [json.loads(one)["seq"] for one in events] == list(range(1, len(events) + 1))


@pytest.mark.parametrize("mask", ["000", "777"])
def test_e10_the_mask_makes_nothing_writable_for_others(tmp_path: Path, mask: str) -> None:
    root = copy_sample(tmp_path)
    run = shell(root, f"umask {mask}; $W backend --setup --session s --task x --json")
    assert run.returncode == 0, run.stderr
    for path in (root / "Docs").rglob("*"):
        mode = path.stat().st_mode
        assert not mode & 0o022, path
        is_object = "objects" in path.parts  # git writes them to be read only
        assert mode & 0o400 == 0o400 if is_object else mode & 0o600 == 0o600, path


def test_e11_modules_of_the_repository_are_not_imported(kept: Path) -> None:
    for name in ("json", "yaml", "sitecustomize", "click", "sessions", "workers"):
        (kept / f"{name}.py").write_text("open('PWNED', 'w')\n")
    answered(kept, "status", "--session", SESSION)
    assert not (kept / "PWNED").exists()


def hostile(root: Path) -> None:
    """Make a repository whose configuration names programs wherever git may run one."""
    run = f"touch {root.parent}/PWNED; cat"
    shutil.rmtree(root / ".git")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "app"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    (root / ".git/info/attributes").write_text("* filter=a=b diff=c\n*.sql filter=plain\n")
    with (root / ".git/config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {run}\n\thooksPath = {root}/hooks\n\tpager = {run}\n"
            f'[diff]\n\texternal = {run}\n[diff "c"]\n\ttextconv = {run}\n\tcommand = {run}\n'
            f'[filter "a=b"]\n\tclean = {run}\n\tsmudge = {run}\n\trequired = true\n'
            f'[filter "plain"]\n\tprocess = {run}\n'
            f'[protocol "ext"]\n\tallow = always\n[extensions]\n\tpartialClone = origin\n'
            f'[remote "origin"]\n\turl = "ext::sh -c touch% {root.parent}/PWNED"\n\tpromisor = true\n'  # noqa: E501
        )
    (root / "hooks").mkdir()
    (root / "hooks/post-index-change").write_text(f"#!/bin/sh\n{run}\n")
    (root / "hooks/post-index-change").chmod(0o755)
    for file in (root / "app").iterdir():
        os.utime(file)


def test_e12_nothing_that_git_is_configured_with_runs(kept: Path) -> None:
    hostile(kept)
    fill_in(kept, SESSION)
    answered(kept, "backend", "--output", "--session", SESSION)
    assert answered(kept, "verify", "--session", SESSION)["workers"][0]["status"] == "holds"
    for missing in (kept / ".git/objects").glob("[0-9a-f][0-9a-f]"):
        shutil.rmtree(missing)
    answered(kept, "verify", "--session", SESSION)
    assert not (kept.parent / "PWNED").exists()


def test_e12_the_trap_is_one(kept: Path) -> None:
    hostile(kept)
    subprocess.run(["git", "status"], cwd=kept, capture_output=True, check=False)
    assert (kept.parent / "PWNED").exists()


def test_e08_e12_a_git_file_does_not_lead_sessions_elsewhere(tmp_path: Path) -> None:
    other = copy_sample(tmp_path / "victim")
    root = copy_sample(tmp_path)
    (root / ".git").rmdir()
    (root / ".git").write_text("gitdir: ./fake\n")
    (root / "fake").mkdir()
    (root / "fake/commondir").write_text(f"{other}/.git\n")
    (root / "fake/gitdir").write_text("../.git\n")
    told = answered(root, "backend", "--setup", "--session", "s", "--task", "x")
    assert told["config"]["session_path"].startswith(str(root))
    assert not (other / "Docs").exists()


@pytest.mark.parametrize("version", ["3.8", "3.10"])
def test_e14_an_old_interpreter_is_told(kept: Path, version: str) -> None:
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    if not found:
        pytest.skip(f"no Python {version} here")
    run = subprocess.run([found[0], CLI, "status"], cwd=kept, capture_output=True, check=False)
    assert run.returncode != 0
    assert run.stderr.count(b"\n") == 1
    assert b"3.11" in run.stderr


def test_e15_secrets_are_written_nowhere(kept: Path) -> None:
    env = {**os.environ, "SERVICE_API_KEY": f"{CANARY}-key"}
    (kept / ".env").write_text(f"SECRET={CANARY}-file\n")
    text = f"the key is {CANARY}-key, and https://user:{CANARY}-key@example.org"
    answered(kept, "progress", text, "--session", SESSION, "--worker", "w", env=env)
    answered(kept, "block", text, "--session", SESSION, "--worker", "w", env=env)
    answered(kept, "status", "--session", SESSION, env=env)
    assert CANARY.encode() not in b"".join(tree(kept / SESSIONS).values())


PEERS: dict[str, dict[str, str]] = {
    "seed": {
        "EVENTS.jsonl": '{"timestamp":"2025-01-01T00:00:00Z","event_type":"setup_completed",'
        f'"worker":"backend-worker","session_id":"{SESSION}","details":{{}}}}\n'
    },
    "coordination": {
        "EVENTS.jsonl": '{"ts":"2025-01-01T00:00:00Z","type":"session","agent":"queen",'
        '"context":{}}\n'
    },
    "head": {
        "EVENTS.jsonl": '{"timestamp":"2025-01-01T00:00:00Z","level":"INFO","agent":"queen",'
        '"type":"session_created","details":"text"}\n',
        "STATE.json": '{"version":"2.0","session_id":"x","status":"active","worker_states":{}}',
    },
    "state-only": {"STATE.json": '{"version":"2.0","session_id":"x","status":"active"}'},
    "unknown-lines": {"EVENTS.jsonl": '{"what":"else"}\n'},
}


@pytest.mark.parametrize("files", PEERS.values(), ids=PEERS)
def test_another_programs_session_is_read_and_left_alone(root: Path, files: dict[str, str]) -> None:
    folder = folder_of(root)
    (folder / "workers/prompts").mkdir(parents=True)
    (folder / "workers/prompts/backend-worker.prompt").write_text("task\n")
    (folder / "SESSION.md").write_text("# Theirs\n")
    for name, text in files.items():
        (folder / name).write_text(text)
    before = tree(root)
    for arguments in READING:
        answered(root, *arguments)
    assert tree(root) == before
    for arguments in (
        ["backend", "--setup", "--session", SESSION],
        LOG.split()[1:],
        ["block", "why", "--session", SESSION, "--worker", "w"],
        ["session", "archive", SESSION],
        ["session", "pause", SESSION],
    ):
        assert refused(root, *arguments)[0]["code"] == "R12", arguments
    waggle("doctor", "--session", SESSION, "--fix", cwd=root)
    assert shell(root, LOG).returncode == 0
    kept = set(tree(root).values())
    assert all(any(data == one or one.startswith(data) for one in kept) for data in before.values())


def packed(*members: tuple[str, bytes, str]) -> bytes:
    """Return a tar of members: name, type, what it links to; sums of all are right."""
    import hashlib

    sums = "".join(
        f"{hashlib.sha256(b'x').hexdigest()}  {name.partition('/')[2]}\n" for name, _, _ in members
    )
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind, link in (("s/SHA256SUMS", tarfile.REGTYPE, ""), *members):
            data = sums.encode() if name.endswith("SUMS") else b"x"
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, link
            member.size = len(data) if kind == tarfile.REGTYPE else 0
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


FILE = tarfile.REGTYPE
ARCHIVES = {
    "traversal": packed(("s/../../x", FILE, "")),
    "absolute": packed(("/tmp/waggle-pwned", FILE, "")),
    "parent": packed(("../x", FILE, "")),
    "link": packed(("s/a", tarfile.SYMTYPE, "/etc/passwd")),
    "hard-link": packed(("s/a", tarfile.LNKTYPE, "/etc/passwd")),
    "device": packed(("s/a", tarfile.CHRTYPE, "")),
    "twice": packed(("s/a", FILE, ""), ("s/a", FILE, "")),
    "two-sessions": packed(("s/a", FILE, ""), ("t/b", FILE, "")),
    "digest": packed(("s/a", FILE, "")).replace(b"x" + b"\0" * 511, b"y" + b"\0" * 511),
    "empty": b"",
    "text": b"not a tar" * 500,
    "cut": packed(("s/a", FILE, ""))[:1100],
}


@pytest.mark.parametrize("data", ARCHIVES.values(), ids=ARCHIVES)
def test_a_hostile_archive_restores_nothing(root: Path, data: bytes) -> None:
    (root / "bad.tar").write_bytes(data)
    assert refused(root, "session", "restore", "bad.tar")[0]["code"] == "R15"
    assert not (root / SESSIONS).exists()
    assert not Path("/tmp/waggle-pwned").exists()


@pytest.mark.parametrize(
    "batch",
    [b'{"event_type":"progress","metrics":{"a":NaN}}', b"[" * 99999, b'{"event_type":"progress"}\nx',  # noqa: E501
     b'{"event_type":"progress","metrics":{"a":"' + b"x" * 2_000_000 + b'"}}'],
    ids=["nan", "deep", "half", "long"],
)  # fmt: skip
def test_a_bad_batch_is_refused_as_a_whole(kept: Path, batch: bytes) -> None:
    words = ["log", "--session", SESSION, "--worker", "w", "--batch"]
    refused(kept, *words, code=2, stdin=None, input=batch)


def test_a_problems_file_that_an_agent_wrote(kept: Path) -> None:
    answered(kept, "backend", "--output", "--session", SESSION, code=1)
    file = folder_of(kept) / "workers/json/backend_problems.json"
    for text in ('{"problems": 5}', '{"problems": [{"code": {}, "message": "\\u001b[2J"}]}', "[]"):
        file.write_text(text)
        answered(kept, "next", "--session", SESSION, "--worker", "backend")


def test_a_folder_of_another_name_hides_no_session(kept: Path) -> None:
    (kept / SESSIONS / "not an id").mkdir()
    (kept / SESSIONS / "link").symlink_to(kept)
    for arguments in (["status"], ["session", "list"], ["doctor"]):
        assert len(answered(kept, *arguments)["sessions"]) == 1
    assert (
        document(
            waggle(
                "config", "--json", cwd=kept, env={**os.environ, "WAGGLE_STALE_SECONDS": "9" * 5000}
            )
        )["problems"][0]["code"]
        == "R02"
    )

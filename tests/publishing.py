"""Judged sessions for the tests of publishing, in repositories of git with a remote."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.reports import judge, judged
from workers.reporting.formats.judgement import Cited, Entry, Judgement, Session, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.reports import Change

REMOTE = "git@github.com:acme/orders.git"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
WEB = "https://github.com/acme/orders"


def git(root: Path, *words: str) -> str:
    """Run git as somebody; returns what it printed."""
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=m")
    run = subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)
    return run.stdout.decode().strip()


def committed(folder: Path, *changes: Change, remote: str = REMOTE) -> Path:
    """Make a repository with one commit, whose report, changed by functions, was judged there."""
    root = judged(folder)
    shutil.rmtree(root / ".git")
    git(root, "init", "-q")
    (root / ".git" / "info" / "exclude").write_text("Docs/\n")
    git(root, "remote", "add", "origin", remote)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Begin")
    judge(root, *changes)
    return root


def entry(severity: Severity = "error", title: str = "it is not there", **fields: object) -> Entry:
    """Return something to look at, at a line with code."""
    place = Cited("app/main.py", 3, 3, 2, ("a", "b ``` c", "d"), link=f"{WEB}/blob/x/app/main.py")
    made = Entry(
        fingerprint="f" * 32,
        kind="problem" if severity in {"error", "warning"} else "finding",
        worker="backend-worker",
        rule="K02",
        severity=severity,
        about="API-001",
        title=title,
        text="",
        advice="Correct it.",
        reported_at=Cited("Docs/report.json", 7),
        pointer="/findings/0",
        places=(place,),
    )
    return made._replace(**fields)  # type: ignore[arg-type]


def session(entries: Sequence[Entry] = (), workers: int = 1, **fields: object) -> Session:
    """Return a session whose first report has entries, and so many more without any."""
    reports = [
        _judgement(number, tuple(entries) if not number else ()) for number in range(workers)
    ]
    made = Session("orders", "active", tuple(reports), not_judged=(), timeline=())
    return made._replace(**fields)  # type: ignore[arg-type]


def _judgement(number: int, entries: tuple[Entry, ...]) -> Judgement:
    rejected = any(one.severity == "error" for one in entries)
    return Judgement(
        cited={},
        session_id="orders",
        worker=f"worker{number}-worker" if number else "backend-worker",
        kind="analysis",
        status="rejected" if rejected else "accepted",
        judged_at="2026-01-31T09:00:00.000Z",
        commit=COMMIT,
        dirty=False,
        entries=entries,
        claims=(),
        claimed={},
        computed={"overall": 87.0},
        coverage={},
        not_examined=(),
        verdicts=({"accepted": not rejected},),
        report_changed=False,
        task="Look",
        web=WEB,
    )

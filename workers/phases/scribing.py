"""The synthesis of a session: accepted reports read again, compared, reported, written down."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import NotReadable, NotSetUp, Paused, WaggleError, escaped
from sessions.events import Event, utc_now
from sessions.files import read_regular, write_atomic
from sessions.location import SYNTHESIS
from sessions.session import fold_log, open_session, record
from workers.agents import summary as asking
from workers.agents.limits import Spent
from workers.contract import SCHEMA_VERSION, Answer, Place, Problem, to_json
from workers.delivery.delivery import problem
from workers.hive.coordination import OWNER
from workers.hive.scribe import blockers, synthesis
from workers.invocation import program_words
from workers.phases.accepted import reports_of
from workers.reporting.synthesis import markdown, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sessions.session import Session
    from sessions.state import SessionState
    from workers.agents.summary import Author
    from workers.hive.scribe.contradiction import Contradiction
    from workers.hive.scribe.synthesis import Synthesis

_SYNTHESIS_BYTES = 64 * 1024 * 1024
_BY_RULE = "rules"

_NOTES = "SYNTHESIS.md"


@dataclass(frozen=True)
class Request:
    """What the scribe is asked for; `program` is the script that hints name."""

    root: Path
    session_id: str
    program: Path
    author: Author = field(default_factory=asking.Author)


def scribe(request: Request) -> Answer:
    """Make the synthesis of a session's accepted reports, and report what they contradict in.

    `failed` where a contradiction is open or no report is accepted. Raises NoSuchSession, NotSetUp
    where no worker was set up, Paused for an archived session, and NoModel before anything is done.
    """
    request.author.check()
    session = open_session(request.root, request.session_id)
    with session.locked():
        state = fold_log(session, whole=True).state
        _check(state, session)
        made = synthesis.synthesis(*reports_of(session, state))
        accepted = {account.worker for account in made.accounts}
        events = blockers.events(made.contradictions, blockers.reported(session), accepted)
        record(session, *events)
        reported = blockers.reported(session)
    document = _document(session, made, reported)
    written = _summarised(request.author, made, document, session)
    document["summary"] = written.summary
    problems = [*_problems(request, session, made, reported), *written.problems]
    with session.locked():
        _write(session, document, written.took)
    files = {"synthesis": str(session.path / _NOTES), "json": str(session.path / SYNTHESIS)}
    is_done = all(one["severity"] != "error" for one in problems)
    fields = {
        "session_id": session.id,
        "files": files,
        "merged": [account.worker for account in made.accounts],
        "not_merged": document["not_merged"],
        "summary": document["summary"],
        "contradictions": document["contradictions"],
        "counts": _counts(document),
    }
    lines = text(document, list(files.values()), problems)
    return Answer(lines, fields, "completed" if is_done else "failed", problems)


def _check(state: SessionState, session: Session) -> None:
    if state.status == "archived":
        raise Paused(
            f"session {state.session_id} is archived",
            f"session resume {state.session_id} opens it again.",
        )
    if not any(worker.set_up_at for worker in state.workers.values()):
        raise NotSetUp(
            f"no worker was set up in session {session.id}, so there is no report",
            f"Run WORKER --setup --session {session.id} first; `workers` names them.",
        )


def _document(
    session: Session, made: Synthesis, reported: Mapping[str, blockers.Reported]
) -> dict[str, Any]:
    """Return the synthesis as it is written down; the summary is still to come."""
    return {
        "schema_version": SCHEMA_VERSION,
        "session_id": session.id,
        "timestamp": utc_now(),
        "summary": {},
        "contradictions": [_row(one, reported) for one in made.contradictions],
        **synthesis.document(made),
    }


def _row(contradiction: Contradiction, reported: Mapping[str, blockers.Reported]) -> dict[str, Any]:
    about = reported.get(contradiction.fingerprint)
    resolution = about.resolution if about else None
    return {
        "fingerprint": contradiction.fingerprint,
        "code": contradiction.code,
        "severity": "error" if contradiction.is_error else "warning",
        "state": "resolved" if resolution else "open",
        "subject": contradiction.subject,
        "about": contradiction.about,
        "sides": [side._asdict() for side in contradiction.sides],
        "blockers": sorted(about.open.values()) if about else [],
        "resolution": resolution._asdict() if resolution else None,
    }


class _Summarised(NamedTuple):
    """A summary, what went wrong with a model's, and what it took."""

    summary: dict[str, Any]
    problems: list[dict[str, Any]]
    took: Spent = Spent()


def _summarised(
    author: Author, made: Synthesis, document: Mapping[str, Any], session: Session
) -> _Summarised:
    """Return the summary: by rule, or a model's where all that it names is in the reports.

    A model that wrote one of the very same reports is not asked again.
    """
    by_rule = {"by": _BY_RULE, "text": escaped(synthesis.summary(made))}
    if author.is_by_rule or not made.accounts:
        return _Summarised(by_rule, [])
    about = {
        name: value for name, value in document.items() if name not in {"timestamp", "summary"}
    }
    known = to_json({**about, "summary_by_rule": by_rule["text"]})
    digest = hashlib.sha256(known.encode()).hexdigest()
    earlier = (_stored(session.path / SYNTHESIS) or {}).get("summary")
    if isinstance(earlier, dict) and (earlier.get("by"), earlier.get("of")) == (
        author.name,
        digest,
    ):
        return _Summarised(earlier, [])
    try:
        written = asking.write(author, known)
    except WaggleError as error:
        message = f"no summary by {escaped(author.name)}: {error.message}"
        return _Summarised(by_rule, [_told(problem("X12", message, error.hint))])
    if written.faults:
        message = f"the summary of {escaped(author.name)} has what no report has: "
        message += escaped(", ".join(written.faults[:8]))
        hint = "The summary is by rule; take another --model, or none."
        return _Summarised(by_rule, [_told(problem("X12", message, hint))], written.took)
    return _Summarised({"by": author.name, "of": digest, "text": written.text}, [], written.took)


def _problems(
    request: Request, session: Session, made: Synthesis, reported: Mapping[str, blockers.Reported]
) -> Iterator[dict[str, Any]]:
    """Yield what is wrong, worst first: open contradictions, what was left out, what is doubted."""
    if not made.accounts:
        hint = "Repair the reports that are named, hand them in with --output; then scribe again."
        yield _told(problem("X10", f"no report of session {session.id} is accepted", hint))
    ordered = sorted(made.contradictions, key=lambda contradiction: not contradiction.is_error)
    for contradiction in ordered:
        about = reported.get(contradiction.fingerprint)
        if about is None or about.resolution is None:
            yield _contradicting(contradiction, about, request, made)
    for waiting in blockers.pending(made.contradictions, reported):
        ids = ", ".join(sorted(waiting.open.values()))
        hint = "Hand the report that is not accepted in again with --output, then run scribe."
        yield _told(problem("X14", f"{ids} {escaped(waiting.text)}", hint))
    for row in made.left_out:
        phase = "--setup" if row.state == "planned" else "--output"
        hint = f"Run {row.worker.removesuffix('-worker')} {phase} --session {session.id}."
        yield _told(problem("X09", f"{row.worker} is not merged: {row.state}. {row.reason}", hint))
    for account in made.accounts:
        cited = account.facts.get("cited_changed") or []
        if cited:
            message = f"{account.worker} cites {len(cited)} of the files as they were: "
            message += escaped("; ".join(cited[:4]))
            yield _told(problem("X13", message, "Hand the report in again with --output."))
    if made.circle:
        places = [" ".join(action.said_by[0]) for action in made.circle]
        message = f"actions wait for each other: {', '.join(places[:6])}"
        yield _told(problem("X11", message, "Take one of these dependencies out."))


def _contradicting(
    contradiction: Contradiction, about: blockers.Reported | None, request: Request, made: Synthesis
) -> dict[str, Any]:
    """Return a contradiction as a problem, with both places."""
    files = {account.worker: str(account.facts.get("file", "")) for account in made.accounts}
    first = contradiction.sides[0]
    place = Place(files.get(first.worker, ""), None, first.pointer)
    hint = _hint(contradiction, about, request)
    row = problem(contradiction.code, contradiction.message, hint, place).document()
    sides = [{"file": files.get(side.worker), **side._asdict()} for side in contradiction.sides]
    return {**row, "sides": sides}


def _hint(contradiction: Contradiction, about: blockers.Reported | None, request: Request) -> str:
    cited = list(dict.fromkeys(side.cited for side in contradiction.sides if side.cited))
    where = f"Look at {' and '.join(cited[:3])}. " if cited else ""
    if not contradiction.is_error:
        if contradiction.code == "X08":
            return "Nothing is wrong where both are so; the joint coverage counts it as examined."
        return f"{where}If it is one thing, let both reports say it in the same words."
    ticket = next(iter(sorted((about.open if about else {}).values())), "BLOCKER")
    words = [*program_words(request.program), "resolve", ticket, '"REASON"', "--session"]
    words += [request.session_id, "--root", str(request.root), "--worker", OWNER]
    return (
        f"{where}Correct the report that is wrong, hand it in with --output and run scribe again;"
        f" or the owner decides: {' '.join(words)}"
    )


def _told(warned: Problem) -> dict[str, Any]:
    return warned.document()


def _counts(document: Mapping[str, Any]) -> dict[str, int]:
    open_rows = [row for row in document["contradictions"] if row["state"] == "open"]
    return {
        "findings": len(document["findings"]),
        "by_several": sum(len(row["workers"]) > 1 for row in document["findings"]),
        "contradictions": sum(row["severity"] == "error" for row in open_rows),
        "doubts": sum(row["severity"] == "warning" for row in open_rows),
        "resolved": len(document["contradictions"]) - len(open_rows),
        "open_questions": len(document["open_questions"]),
        "handoffs": len(document["handoffs"]),
        "actions": len(document["actions"]),
    }


def _write(session: Session, document: dict[str, Any], took: Spent) -> None:
    """Write both files and record it, unless they say the same already but for the time."""
    earlier = _stored(session.path / SYNTHESIS)
    if earlier is not None and _without_time(earlier) == _without_time(document):
        document = {**document, "timestamp": earlier["timestamp"]}
    data, notes = to_json(document).encode(), markdown(document).encode()
    if _bytes(session.path / SYNTHESIS) == data and _bytes(session.path / _NOTES) == notes:
        return
    write_atomic(session.path / SYNTHESIS, data)
    write_atomic(session.path / _NOTES, notes)
    about = {"digest": hashlib.sha256(data).hexdigest(), "by": document["summary"]["by"]}
    metrics = took.metrics() if took.requests else {}
    event = Event("decision", "", "synthesis", _NOTES, metrics=metrics, extra=about)
    record(session, event)


def _without_time(document: Mapping[str, Any]) -> dict[str, Any]:
    same: dict[str, Any] = json.loads(json.dumps({**document, "timestamp": ""}))
    return same


def _stored(file: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(read_regular(file, _SYNTHESIS_BYTES))
    except (OSError, NotReadable, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and "timestamp" in document else None


def _bytes(file: Path) -> bytes | None:
    try:
        return read_regular(file, _SYNTHESIS_BYTES)
    except (OSError, NotReadable):
        return None

"""What was judged without a session, as `report` renders what was judged in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import BadInput, NoArtefact, shown
from sessions.events import utc_now
from sessions.git import head
from workers.phases.one_report import Left, Reading
from workers.phases.out_file import write_out
from workers.reporting.formats import rendered
from workers.reporting.formats.judgement import NO_SESSION, Session

if TYPE_CHECKING:
    from pathlib import Path

    from workers.phases.finish import Against, Judged, Request


class Files(NamedTuple):
    """The two files that were judged."""

    notes: Path
    json_file: Path


def write_reports(
    request: Request,
    files: Files,
    against: Against,
    judged: Judged,
    wanted: tuple[tuple[str, Path], ...],
) -> None:
    """Write what was judged in some of FORMATS, each to its file; nothing without a verdict.

    A format that has nothing of it gets no file, and the output a notice. Raises BadInput for a
    file that is none.
    """
    if judged.status == "blocked":
        return
    for _, out in wanted:
        if any(out.absolute() == file.absolute() for file in files):
            raise BadInput(f"{shown(out, 300)} is the report itself", "Name another file.")
    session = checked(request, files, against, judged)
    for name, out in wanted:
        try:
            write_out(rendered(name, session), out)
        except NoArtefact as nothing:
            there = f", {shown(out, 300)[1:-1]} is as it was" if out.exists() else ""
            judged.output.notices.append(f"no {name} was written{there}: {nothing.message}")


def checked(request: Request, files: Files, against: Against, judged: Judged) -> Session:
    """Return two files that were judged as a session of one report."""
    from workers.delivery.delivery import Expected, read_delivery
    from workers.repository.repository import Repository

    repository = Repository(request.root)
    paths = files.notes.absolute(), files.json_file.absolute()
    delivery = read_delivery(request.worker, repository, *paths, Expected(kind=against.kind))
    repository.formerly = delivery.claimed_root
    accepted, now = judged.status == "completed", utc_now()
    commit, dirty = head(request.root)
    claims = {
        "claims": judged.claims,
        "cited": judged.cited,
        "commit": commit,
        "dirty": dirty,
        "scores": judged.output.scores,
        "coverage": judged.output.coverage,
    }
    verdict = {"at": now, "accepted": accepted, "judged": judged.digests}
    problems = [
        {**problem.document(), "file": str(_absolute(problem.places[0].file, files))}
        for problem in judged.output.problems
    ]
    left = Left(NO_SESSION, accepted, now, judged.digests, claims, problems, (verdict,))
    left = left._replace(seconds=float(judged.output.metrics["seconds"] or 0))
    reading = Reading(delivery, left)
    place = reading.relative(delivery.json_file)
    judgements = (reading.judgement(),)
    root = str(request.root)
    return Session(NO_SESSION, judged.status, judgements, (), (), checked=place, root=root)


def _absolute(file: str, files: Files) -> str | Path:
    """Return where a problem is reported: a relative path is one from the working directory."""
    named = next((one for one in files if file == str(one)), None)
    return file if named is None else named.absolute()

"""What the phases are asked for, by keyword; `carry_out` is the one door to all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessions.progress import doing
from workers.agents.limits import Limits
from workers.deliverables.kinds import ANALYSIS

if TYPE_CHECKING:
    from pathlib import Path

    from workers.catalog import Worker
    from workers.contract import WorkerOutput
    from workers.phases.prepare import Order


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Phase 1: make the session and lay out the two files. `program` is the script to call."""

    worker: Worker
    root: Path
    program: Path
    session_id: str | None = None
    task: bytes | None = None
    model: str | None = None
    fresh: bool = False
    prefill: bool = False
    kind: str | None = None
    proofs_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """All three phases: a model fills in the files, within limits."""

    setup: Setup
    limits: Limits = field(default_factory=Limits)
    otel: bool = False


@dataclass(frozen=True, kw_only=True)
class Judging:
    """Phase 3: how it is done and printed; `reviewer` names a model that gives an opinion.

    `proofs` is whether the owner's proofs that were not run on these files are run now.
    """

    worker: Worker
    root: Path
    program: Path
    model: str | None = None
    explain_scores: bool = False
    proofs: bool = True
    reviewer: str | None = None
    limits: Limits = field(default_factory=Limits)
    otel: bool = False


@dataclass(frozen=True, kw_only=True)
class Output:
    """Phase 3 of a session."""

    judging: Judging
    session_id: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """Phase 3 of two files without a session: nothing is written but `reports`, format and file.

    A report of the kind `change` is compared with `base`, a revision.
    """

    judging: Judging
    notes: Path
    json_file: Path
    kind: str = ANALYSIS
    base: str | None = None
    reports: tuple[tuple[str, Path], ...] = ()


def known_correlation(root: str | None, session_id: str | None, worker: str) -> str | None:
    """Return the id of the attempt that a phase would have been of; None where none is known."""
    from sessions.attempts import correlation_of
    from sessions.errors import WaggleError
    from sessions.location import find_root
    from sessions.session import open_session

    if session_id is None:
        return None
    try:
        return correlation_of(open_session(find_root(root), session_id).state(), worker)
    except (WaggleError, OSError):
        return None


def carry_out(asked: Setup | Run | Output | Check) -> WorkerOutput:
    """Do what is asked; raises what the phase raises."""
    if isinstance(asked, Setup):
        from workers.phases.prepare import prepare

        return prepare(_order(asked))
    return _run(asked) if isinstance(asked, Run) else _judge(asked)


def _order(asked: Setup) -> Order:
    from workers.phases.prepare import Order

    return Order(
        worker=asked.worker,
        root=asked.root,
        program=asked.program,
        session_id=asked.session_id,
        task=asked.task,
        model=asked.model,
        fresh=asked.fresh,
        prefill=asked.prefill,
        kind=asked.kind,
        proofs_from=asked.proofs_from,
    )


def _run(asked: Run) -> WorkerOutput:
    from workers.agents.telemetry import telemetry
    from workers.phases.run import Run as Work
    from workers.phases.run import run

    watched = telemetry(wanted=asked.otel)
    return run(Work(_order(asked.setup), asked.limits, telemetry=watched))


def _judge(asked: Output | Check) -> WorkerOutput:
    from workers.phases import finish

    how = asked.judging
    request = finish.Request(
        worker=how.worker,
        root=how.root,
        program=how.program,
        model=how.model,
        explain_scores=how.explain_scores,
        proofs=how.proofs,
    )
    with doing("judging the report"):
        if isinstance(asked, Output):
            result = finish.finish(request, asked.session_id)
        else:
            against = finish.Against(asked.kind, asked.base)
            judged = finish.judge_files(request, asked.notes, asked.json_file, against)
            result = judged.output
            if asked.reports:
                from workers.phases.checked import Files, write_reports

                files = Files(asked.notes, asked.json_file)
                write_reports(request, files, against, judged, asked.reports)
    if how.reviewer is not None:
        from workers.agents.opinion import Reviewer, add_opinion
        from workers.agents.telemetry import telemetry

        reviewer = Reviewer(how.reviewer, how.limits, telemetry(wanted=how.otel))
        add_opinion(result, how.root, reviewer)
    return result

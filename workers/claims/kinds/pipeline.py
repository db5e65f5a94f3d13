"""Pipelines: the jobs that their files declare, with their steps, images and what they need."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.claims.claim import UNDECIDED, confirmed, refuted
from workers.claims.kinds.declared import Absence, absent, are_whole, declared_in, records
from workers.claims.kinds.image import is_same_image
from workers.claims.kinds.places import no_such_file, rows_of, sources_of
from workers.delivery.delivery import problem, text_of
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.readers.declared import Job
    from workers.repository.source import Source

# Where a step is one item of a list, and nothing else is counted as one.
_COUNTS_STEPS = frozenset({"GitHub Actions", "CircleCI"})


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the pipelines and what is said of their jobs."""
    for pointer, row, claim in rows_of(delivery, "pipeline"):
        name = text_of(row, "name")
        yield replace(claim, kind="pipeline", subject=name, says=text_of(row, "file"))
        jobs = row.get("jobs")
        for position, job in enumerate(jobs if isinstance(jobs, list) else []):
            if isinstance(job, dict) and text_of(job, "name"):
                where = f"{pointer}/jobs/{position}"
                yield from _of_job(replace(claim, subject=text_of(job, "name"), row=job), where)


def _of_job(claim: Claim, pointer: str) -> Iterator[Claim]:
    job = claim.row
    yield replace(claim, kind="job", says=claim.subject, pointer=pointer)
    steps, needs = job.get("steps"), job.get("needs")
    if isinstance(steps, int) and not isinstance(steps, bool):
        yield replace(claim, kind="job_steps", says=steps, pointer=f"{pointer}/steps")
    if text_of(job, "image"):
        says = text_of(job, "image")
        yield replace(claim, kind="job_image", says=says, pointer=f"{pointer}/image")
    for position, need in enumerate(needs if isinstance(needs, list) else []):
        if isinstance(need, str):
            yield replace(claim, kind="job_needs", says=need, pointer=f"{pointer}/needs/{position}")


def decide_pipeline(ground: Ground, claim: Claim) -> Verdict:
    """The file is there, and declares jobs."""
    missing = no_such_file(ground, claim, claim.says)
    if missing is not None:
        return missing
    for source in sources_of(ground, claim):
        known = declared_in(source)
        if known is not None and known.jobs:
            return confirmed(source.path, known.jobs[0].line)
    return UNDECIDED


def decide_job(ground: Ground, claim: Claim) -> Verdict:
    """The file declares the job, by its key or its name."""
    sources = sources_of(ground, claim)
    known = _job(sources, claim.subject)
    if known is not None:
        return confirmed(known[0].path, known[1].line)
    return absent(ground, claim, sources, Absence("K67", "jobs", "name"))


def decide_steps(ground: Ground, claim: Claim) -> Verdict:
    """The job has so many steps."""
    known = _job(sources_of(ground, claim), claim.subject)
    if known is None or known[1].steps is None:
        return UNDECIDED
    source, job = known
    if job.steps == claim.says:
        return confirmed(source.path, job.line)
    declared = declared_in(source)
    if declared is None or declared.format not in _COUNTS_STEPS:
        return UNDECIDED
    message = f"the job {shown(claim.subject, 60)} has {job.steps} steps, not {claim.says}"
    hint = f"Write {job.steps}, or leave it out."
    return refuted(problem("K68", message, hint, ground.place(claim)), source.path, job.line)


def decide_image(ground: Ground, claim: Claim) -> Verdict:
    """The job runs in the image, or on the runner."""
    known = _job(sources_of(ground, claim), claim.subject)
    if known is None:
        return UNDECIDED
    source, job = known
    if any(is_same_image(image, claim.says) for image in job.images):
        return confirmed(source.path, job.line)
    is_computed = any("$" in image or "<<" in image for image in job.images)
    if not job.images or is_computed or not are_whole([source], "containers"):
        return UNDECIDED
    if claim.says in "\n".join(source.lines[job.line - 1 : job.last]):
        return UNDECIDED  # an image that a step runs or builds
    runs = ", ".join(shown(image, 60)[1:-1] for image in job.images[:4])
    message = f"the job {shown(claim.subject, 60)} does not run in {shown(claim.says, 80)}"
    refutation = problem("K68", message, f"It runs in {runs}.", ground.place(claim))
    return refuted(refutation, source.path, job.line)


def decide_needs(ground: Ground, claim: Claim) -> Verdict:
    """The job waits for the other one."""
    known = _job(sources_of(ground, claim), claim.subject)
    if known is None or known[1].needs is None:
        return UNDECIDED
    source, job = known
    other = _job([source], claim.says)
    names = {claim.says, *([other[1].name] if other else [])}
    if not names.isdisjoint(job.needs or ()):
        return confirmed(source.path, job.line)
    if not are_whole([source], "jobs") or any("$" in need for need in job.needs or ()):
        return UNDECIDED
    message = f"the job {shown(claim.subject, 60)} does not need {shown(claim.says, 60)}"
    needs = ", ".join(shown(need, 60)[1:-1] for need in job.needs or ()) or "no other job"
    refutation = problem("K68", message, f"It needs {needs}.", ground.place(claim))
    return refuted(refutation, source.path, job.line)


def _job(sources: list[Source], name: str) -> tuple[Source, Job] | None:
    """Return the job that a name means: its key first, then what it is called in the interface."""
    jobs = list(records(sources, "jobs"))
    for is_meant in (_has_key, _has_title, _begins_with):
        for source, job in jobs:
            if is_meant(job, name):
                return source, job
    return None


def _has_key(job: Job, name: str) -> bool:
    return job.name == name or plain(job.name) == plain(name)


def _has_title(job: Job, name: str) -> bool:
    """Tell whether a job is called so, whatever its expressions say: `test (${{ matrix.v }})`."""
    if not job.title:
        return False
    literal = re.split(r"\$\{\{.*?\}\}", job.title)
    return (
        re.fullmatch(".{0,200}".join(map(re.escape, literal)), name.strip(), re.IGNORECASE)
        is not None
    )


def _begins_with(job: Job, name: str) -> bool:
    """Tell whether a job is named with words after its key: `test (3.12)`, `build: wheels`."""
    rest = name[len(job.name) :]
    return bool(name.startswith(job.name) and re.match(r"\s*[(:/\[\u2013\u2014]|\s+-\s", rest))


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "pipeline": decide_pipeline,
    "job": decide_job,
    "job_steps": decide_steps,
    "job_image": decide_image,
    "job_needs": decide_needs,
}

"""Pipelines: the jobs that their files declare, with their steps, images and what they need."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
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

_EXPRESSION = lazy_pattern(r"\$\{\{.*?\}\}", re.DOTALL)
_LETTERS = 3
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
    known = _jobs(sources, claim.subject)
    if known:
        return confirmed(known[0][0].path, known[0][1].line)
    if any(_is_computed(job.title) for _, job in records(sources, "jobs")):
        return UNDECIDED
    return absent(ground, claim, sources, Absence("K67", "jobs", "name"))


def decide_steps(ground: Ground, claim: Claim) -> Verdict:
    """The job has so many steps."""
    known = _jobs(sources_of(ground, claim), claim.subject)
    for source, job in known:
        if job.steps == claim.says:
            return confirmed(source.path, job.line)
    formats = {form.format for source, _ in known for form in [declared_in(source)] if form}
    if not known or not formats <= _COUNTS_STEPS or any(job.steps is None for _, job in known):
        return UNDECIDED
    source, job = known[0]
    message = f"the job {shown(claim.subject, 60)} has {job.steps} steps, not {claim.says}"
    hint = f"Write {job.steps}, or leave it out."
    return refuted(problem("K68", message, hint, ground.place(claim)), source.path, job.line)


def decide_image(ground: Ground, claim: Claim) -> Verdict:
    """The job runs in the image, or on the runner."""
    known = _jobs(sources_of(ground, claim), claim.subject)
    for source, job in known:
        if any(is_same_image(image, claim.says) for image in job.images):
            return confirmed(source.path, job.line)
    if not known or any(_may_run(source, job, claim.says) for source, job in known):
        return UNDECIDED
    source, job = known[0]
    runs = ", ".join(shown(image, 60)[1:-1] for image in job.images[:4])
    message = f"the job {shown(claim.subject, 60)} does not run in {shown(claim.says, 80)}"
    refutation = problem("K68", message, f"It runs in {runs}.", ground.place(claim))
    return refuted(refutation, source.path, job.line)


def _may_run(source: Source, job: Job, image: str) -> bool:
    """Tell whether a job may run in an image: one is computed, or a step runs or builds it."""
    is_computed = any("$" in written or "<<" in written for written in job.images)
    text = "\n".join(source.lines[job.line - 1 : job.last])
    is_known = bool(job.images) and not is_computed and are_whole([source], "containers")
    return not is_known or image in text


def decide_needs(ground: Ground, claim: Claim) -> Verdict:
    """The job waits for the other one."""
    sources = sources_of(ground, claim)
    known = _jobs(sources, claim.subject)
    others = {claim.says, *(job.name for _, job in _jobs(sources, claim.says))}
    for source, job in known:
        if not others.isdisjoint(job.needs or ()):
            return confirmed(source.path, job.line)
    if not known or not are_whole(sources, "jobs"):
        return UNDECIDED
    if any(job.needs is None or "$" in "".join(job.needs) for _, job in known):
        return UNDECIDED
    source, job = known[0]
    message = f"the job {shown(claim.subject, 60)} does not need {shown(claim.says, 60)}"
    needs = ", ".join(shown(need, 60)[1:-1] for need in job.needs or ()) or "no other job"
    refutation = problem("K68", message, f"It needs {needs}.", ground.place(claim))
    return refuted(refutation, source.path, job.line)


def _jobs(sources: list[Source], name: str) -> list[tuple[Source, Job]]:
    """Return the jobs that a name may mean: by key, else by what they are called when they run."""
    jobs = list(records(sources, "jobs"))
    name = " ".join(name.split())
    exact = [(source, job) for source, job in jobs if name in {job.name, _folded(job.title)}]
    return exact or [
        (source, job)
        for source, job in jobs
        if plain(job.name) == plain(name) or _has_title(job, name) or _begins_with(job, name)
    ]


def _folded(title: str) -> str:
    return " ".join(title.split())


def _is_computed(title: str) -> bool:
    """Tell whether next to nothing of a title is not computed: `${{ matrix.name }}`."""
    literal = _EXPRESSION.sub("", title)
    return literal != title and len(re.findall(r"\w", literal)) < _LETTERS


def _has_title(job: Job, name: str) -> bool:
    """Tell whether a job is called so, whatever its expressions say: `test (${{ matrix.v }})`."""
    if not job.title or _is_computed(job.title):
        return False
    literal = _EXPRESSION.split(_folded(job.title))
    pattern = ".{0,200}".join(map(re.escape, literal))
    return re.fullmatch(pattern, name, re.IGNORECASE) is not None


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

"""Workflows of GitHub Actions (and of Gitea and Forgejo, which read the same form)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.readers.declared import (
    Container,
    Declared,
    Job,
    Origin,
    Part,
    Unread,
    Variable,
    gathered,
)
from workers.readers.documents import (
    Entry,
    documents,
    is_list,
    is_mapping,
    last_line,
    mapping,
    texts,
    unreadable,
)
from workers.survey.yaml_nodes import Unreadable, items, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = lazy_pattern(r"(?:^|/)\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml$")
_SECRET = lazy_pattern(r"\bsecrets(?:\.([A-Za-z_]\w*)|\[['\"]([A-Za-z_]\w*)['\"]\])")
_PORT = lazy_pattern(r"(?:[\d.]+:)?(?:(\d{1,5}):)?(\d{1,5})(?:/\w+)?")
_HEALTH = "--health-cmd"


def read(file: str, text: str) -> Declared | None:
    """Return what a workflow declares, None of a file that is none."""
    del file
    try:
        roots = documents(text)
    except Unreadable as error:
        return Declared("GitHub Actions", unread=unreadable(error))
    root = roots[0] if len(roots) == 1 else None
    if not is_mapping(root) or "jobs" not in mapping(root):
        return Declared("GitHub Actions", unread=(Unread(None, "it has no `jobs`", 1),))
    parts = [*_parts(root), *_secrets(text)]
    return gathered("GitHub Actions", parts)


def _parts(root: Any) -> Iterator[Part]:
    top = mapping(root)
    yield from _variables(top.get("env"))
    jobs = top["jobs"]
    if not is_mapping(jobs.node):
        yield Unread(None, "`jobs` is no mapping", jobs.line)
    for name, job in mapping(jobs.node).items():
        if is_mapping(job.node):
            yield from _job(name, job)
        else:
            yield Unread("jobs", f"the job {name} is no mapping", job.line)


def _job(name: str, job: Entry) -> Iterator[Part]:
    keys = mapping(job.node)
    last = last_line(job.node, job.line)
    steps = keys.get("steps")
    nodes = items(steps.node) if steps else []
    images = list(_containers(name, keys, last))
    title = scalar(keys["name"].node) if "name" in keys else ""
    needs = tuple(need for need, _ in texts(keys["needs"].node)) if "needs" in keys else ()
    runs_on = tuple(label for label, _ in texts(keys["runs-on"].node)) if "runs-on" in keys else ()
    run = (*(part.image for part in images if isinstance(part, Container)), *runs_on)
    count = len(nodes) if steps and is_list(steps.node) else None
    yield Job(name, job.line, last, title, count, run, needs)
    yield from images
    yield from _variables(keys.get("env"))
    if "uses" in keys:
        line = keys["uses"].line
        yield Unread("jobs", f"the job {name} runs the jobs of another file", line)
        yield Unread("containers", f"the job {name} runs the jobs of another file", line)
        yield Unread("variables", f"the job {name} runs the jobs of another file", line)
    for step in nodes:
        yield from _step(name, step)


def _step(job: str, step: Any) -> Iterator[Part]:
    keys = mapping(step)
    yield from _variables(keys.get("env"))
    uses = keys.get("uses")
    written = scalar(uses.node) if uses else ""
    if uses and written.startswith("docker://"):
        yield Container(job, written.removeprefix("docker://"), uses.line, uses.line, whole=False)
    run = keys.get("run")
    if run and "GITHUB_ENV" in scalar(run.node):
        yield Unread("variables", f"a step of {job} sets variables by a command", run.line)


def _containers(job: str, keys: dict[str, Entry], last: int) -> Iterator[Part]:
    own = keys.get("container")
    if own is not None:
        yield _container(job, own, last)
        yield from _variables(mapping(own.node).get("env"))
    services = keys.get("services")
    if services is not None:
        for name, service in mapping(services.node).items():
            yield _container(name, service, last)
            yield from _variables(mapping(service.node).get("env"))


def _container(owner: str, entry: Entry, last: int) -> Container | Unread:
    keys = mapping(entry.node)
    image = keys.get("image", entry)
    written = scalar(image.node)
    if not written or "${{" in written:
        return Unread("containers", f"the image of {owner} is computed", image.line)
    ports: set[int] = set()
    for text, _ in texts(keys["ports"].node) if "ports" in keys else ():
        match = _PORT.fullmatch(text)
        ports |= {int(port) for port in match.groups() if port} if match else set()
    options = scalar(keys["options"].node) if "options" in keys else ""
    end = min(last, last_line(entry.node, entry.line))
    return Container(
        owner, written, image.line, end, None, _HEALTH in options, frozenset(ports), whole=True
    )


def _variables(entry: Entry | None) -> Iterator[Variable | Unread]:
    if entry is None:
        return
    if not is_mapping(entry.node):
        yield Unread("variables", "`env` is computed", entry.line)
        return
    for name, value in mapping(entry.node).items():
        written = scalar(value.node)
        yield Variable(name, value.line, _origin(written), written)


def _origin(written: str) -> Origin:
    if _SECRET.search(written):
        return "ci_secret"
    return "env" if "${{" in written else "literal"


def _secrets(text: str) -> Iterator[Variable]:
    for number, line in enumerate(text.split("\n"), 1):
        for match in _SECRET.finditer(line[:2000]) if "secrets" in line else ():
            yield Variable(match[1] or match[2], number, "ci_secret")

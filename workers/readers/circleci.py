"""Pipelines of CircleCI, as far as they are written out: jobs, images, variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.readers.declared import Container, Declared, Job, Part, Unread, Variable, gathered
from workers.readers.documents import (
    Entry,
    documents,
    is_list,
    is_mapping,
    last_line,
    mapping,
    unreadable,
)
from workers.survey.yaml_nodes import Unreadable, items, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = lazy_pattern(r"(?:^|/)\.circleci/[^/]+\.ya?ml$")


def read(file: str, text: str) -> Declared | None:
    """Return what a configuration declares."""
    del file
    try:
        roots = documents(text)
    except Unreadable as error:
        return Declared("CircleCI", unread=unreadable(error))
    top = mapping(roots[0]) if len(roots) == 1 else {}
    parts: list[Part] = []
    for key in ("orbs", "setup"):
        if key in top:
            parts.append(Unread("jobs", f"`{key}` brings jobs of another place", top[key].line))
            parts.append(Unread("containers", f"`{key}` may bring images", top[key].line))
    for section in ("executors", "jobs"):
        for name, entry in mapping(top[section].node).items() if section in top else ():
            parts.extend(_job(name, entry, is_job=section == "jobs"))
    if "jobs" not in top and "workflows" not in top:
        parts.append(Unread(None, "it has no `jobs`", 1))
    return gathered("CircleCI", parts)


def _job(name: str, entry: Entry, *, is_job: bool) -> Iterator[Part]:
    if not is_mapping(entry.node):
        yield Unread("jobs", f"the job {name} is no mapping", entry.line)
        return
    keys = mapping(entry.node)
    images: list[str] = []
    for part in _images(name, keys.get("docker")):
        images += [part.image] if isinstance(part, Container) else []
        yield part
    steps = keys.get("steps")
    count = len(items(steps.node)) if steps and is_list(steps.node) else None
    if is_job:
        last = last_line(entry.node, entry.line)
        yield Job(name, entry.line, last, "", count, tuple(images), None)
    for variable, value in (
        mapping(keys["environment"].node).items() if "environment" in keys else ()
    ):
        yield Variable(variable, value.line, "literal", scalar(value.node))


def _images(owner: str, docker: Entry | None) -> Iterator[Container | Unread]:
    for node in items(docker.node) if docker else ():
        image = mapping(node).get("image")
        written = scalar(image.node) if image else ""
        line = int(node.start_mark.line) + 1
        if not written or "<<" in written:
            yield Unread("containers", f"an image of {owner} is computed", line)
        else:
            yield Container(owner, written, line, line, whole=False)

"""Pipelines of GitLab CI."""

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

FILES = lazy_pattern(
    r"(?:^|/)(?:[\w.-]*\.gitlab-ci(?:[\w.-]*)?|\.gitlab/ci/[^\n]+|\.gitlab-ci/[^\n]+)\.ya?ml$"
)
# https://docs.gitlab.com/ci/yaml/#keywords
_NO_JOBS = frozenset(
    "default include stages variables workflow image services before_script after_script cache spec"
    " pages:deploy types".split()
)
_SCRIPTS = frozenset({"script", "trigger", "run", "extends"})
_TOPICS = ("jobs", "containers", "variables")
_MOST_PARENTS = 20


def read(file: str, text: str) -> Declared | None:
    """Return what a pipeline declares."""
    del file
    try:
        roots = documents(text)
    except Unreadable as error:
        return Declared("GitLab CI", unread=unreadable(error))
    # A first document may be a header, `spec`, of a component with inputs.
    root = roots[-1] if roots else None
    if not is_mapping(root):
        return Declared("GitLab CI", unread=(Unread(None, "it is no mapping", 1),))
    parts = list(_parts(mapping(root)))
    if len(roots) > 1 or "$[[" in text:
        parts.append(Unread(None, "it is a template with inputs", 1))
    return gathered("GitLab CI", parts)


def _parts(top: dict[str, Entry]) -> Iterator[Part]:
    if "include" in top:
        reason = "other files are included"
        yield from (Unread(topic, reason, top["include"].line) for topic in _TOPICS)  # type: ignore[arg-type]
    default = mapping(top["default"].node if "default" in top else None)
    shared = {key: top[key] for key in ("image", "services") if key in top} | default
    yield from _variables(top.get("variables"))
    yield from _images("default", shared)
    for name, job in top.items():
        if name not in _NO_JOBS and is_mapping(job.node):
            yield from _job(name, job, top, shared)


def _job(name: str, job: Entry, top: dict[str, Entry], shared: dict[str, Entry]) -> Iterator[Part]:
    own = mapping(job.node)
    keys, is_whole = _extended(own, top)
    if not is_whole:
        yield Unread("jobs", f"{name} extends what is not in this file", job.line)
    is_hidden = name.startswith(".")
    last = last_line(job.node, job.line)
    images = tuple(
        part.image for part in _images(name, {**shared, **keys}) if isinstance(part, Container)
    )
    steps = len(items(keys["script"].node)) if _is_plain_list(keys.get("script")) else None
    needs = _needs(keys.get("needs"), keys.get("dependencies")) if is_whole else None
    if is_hidden or _SCRIPTS & keys.keys():
        yield Job(name, job.line, last, "", steps, images, needs, hidden=is_hidden)
    else:
        yield Unread("jobs", f"{name} has no script", job.line)
    yield from _images(name, own)
    yield from _variables(own.get("variables"))
    if "trigger" in own:
        reason = f"{name} starts the pipeline of another file"
        yield from (Unread(topic, reason, own["trigger"].line) for topic in _TOPICS)  # type: ignore[arg-type]


def _is_plain_list(entry: Entry | None) -> bool:
    """Tell whether a list has no `!reference` and no list of another place in it."""
    if entry is None or not is_list(entry.node):
        return False
    return all(getattr(node, "id", "") == "scalar" for node in items(entry.node))


def _extended(own: dict[str, Entry], top: dict[str, Entry]) -> tuple[dict[str, Entry], bool]:
    """Return the keys of a job with those of what it extends, and whether all of it is here."""
    keys, is_whole = dict(own), True
    waiting = [name for name, _ in texts(own["extends"].node)] if "extends" in own else []
    seen: set[str] = set()
    while waiting and len(seen) < _MOST_PARENTS:
        parent = waiting.pop()
        if parent in seen:
            continue
        seen.add(parent)
        if parent not in top:
            is_whole = False
            continue
        inherited = mapping(top[parent].node)
        keys = {**inherited, **keys}
        if "extends" in inherited:
            waiting += [name for name, _ in texts(inherited["extends"].node)]
    return keys, is_whole


def _needs(needs: Entry | None, dependencies: Entry | None) -> tuple[str, ...] | None:
    """Return the jobs that one needs; None where they follow from its stage alone."""
    if needs is None:
        return tuple(name for name, _ in texts(dependencies.node)) if dependencies else None
    names: list[str] = []
    for node in items(needs.node):
        entry = mapping(node).get("job")
        if entry is None and is_mapping(node):
            return None  # a job of another pipeline
        names.append(scalar(entry.node) if entry else scalar(node))
    return tuple(names)


def _images(owner: str, keys: dict[str, Entry]) -> Iterator[Container | Unread]:
    if "image" in keys:
        yield _container(owner, keys["image"])
    if "services" in keys:
        for node in items(keys["services"].node):
            yield _container(owner, Entry(int(node.start_mark.line) + 1, node))


def _container(owner: str, entry: Entry) -> Container | Unread:
    keys = mapping(entry.node)
    named = keys.get("name", entry)
    written = scalar(named.node)
    if not written or "$" in written:
        return Unread("containers", f"an image of {owner} is computed", named.line)
    user = keys.get("docker")
    name = (
        scalar(mapping(user.node)["user"].node) if user and "user" in mapping(user.node) else None
    )
    return Container(owner, written, named.line, named.line, name, None, whole=False)


def _variables(entry: Entry | None) -> Iterator[Variable]:
    for name, value in mapping(entry.node).items() if entry else ():
        inner = mapping(value.node).get("value", value)
        written = scalar(inner.node)
        yield Variable(name, value.line, _origin(written, value.node), written)


def _origin(written: str, node: Any) -> Origin:
    if {"vault", "gcp_secret_manager", "azure_key_vault"} & mapping(node).keys():
        return "vault"
    return "env" if "$" in written else "literal"

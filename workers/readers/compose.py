"""Files of Docker Compose: services with their images, ports, variables and health checks.

By compose-spec.io; a variable in a value is read by its default, where it has one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.readers.declared import (
    Container,
    Declared,
    Monitor,
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
    is_null,
    is_template,
    last_line,
    mapping,
    texts,
)
from workers.survey.yaml_nodes import Unreadable, items, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = lazy_pattern(
    r"(?:^|/)(?:docker-)?(?:compose|stack)[\w.-]*\.ya?ml$|\.compose\.ya?ml$"
    r"|(?:^|/)(?:docker-)?compose/[^/\n]{1,100}\.ya?ml$",
    re.IGNORECASE,
)
_VARIABLE = lazy_pattern(r"\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^{}]*))?\})")
_PORT = lazy_pattern(
    r"(?:[\d.]{7,15}:|\[[\da-f:]+\]:|localhost:)?(?:(\d{1,5})(?:-(\d{1,5}))?:)?(\d{1,5})(?:-(\d{1,5}))?"
    r"(?:/\w+)?"
)
_MOST_PORTS = 1000


def read(file: str, text: str) -> Declared | None:
    """Return what the services of a file declare."""
    del file
    try:
        roots = documents(text)
    except Unreadable as error:
        reason = "it is a template" if is_template(text) else str(error)
        return Declared("compose", unread=(Unread(None, reason, 1),))
    root = roots[0] if len(roots) == 1 else None
    top = mapping(root)
    if "services" not in top and "version" not in top and "include" not in top:
        return None  # a file of Symfony, a stack of something else: by its name alone it is none
    parts: list[Part] = []
    if "include" in top:
        parts.append(Unread(None, "other files are included", top["include"].line))
    services = top.get("services")
    for name, service in mapping(services.node).items() if services else ():
        parts.extend(_service(name, service))
    if len(roots) > 1:
        parts.append(Unread(None, "it is several documents", 1))
    return gathered("compose", parts)


def _service(name: str, service: Entry) -> Iterator[Part]:
    if not is_mapping(service.node):
        yield Unread(None, f"the service {name} is no mapping", service.line)
        return
    keys = mapping(service.node)
    for key in ("extends", "env_file", "label_file"):
        if key in keys:
            topic = "variables" if key == "env_file" else None
            yield Unread(topic, f"{name} has a part of it in another file", keys[key].line)  # type: ignore[arg-type]
    if "healthcheck" in keys:
        yield Monitor(name, "health", keys["healthcheck"].line)
    yield from _container(name, service, keys)
    yield from _variables(keys.get("environment"))
    build = keys.get("build")
    arguments = mapping(build.node).get("args") if build else None
    yield from _variables(arguments)


def _container(name: str, service: Entry, keys: dict[str, Entry]) -> Iterator[Part]:
    image = keys.get("image")
    written = scalar(image.node) if image else ""
    line = image.line if image else service.line
    filled, is_certain = with_defaults(written)
    if written and not is_certain:
        yield Unread("containers", f"the image of {name} depends on a variable", line)
    ports: set[int] = set()
    for key in ("ports", "expose"):
        if key in keys:
            numbers = _ports(keys[key])
            ports |= numbers or set()
            if numbers is None:
                yield Unread("containers", f"a port of {name} is computed", line)
    user = scalar(keys["user"].node) if "user" in keys else None
    if user and "$" in user:
        yield Unread("containers", f"the user of {name} is computed", line)
    yield Container(
        name,
        filled,
        line,
        last_line(service.node, service.line),
        user,
        _health(keys.get("healthcheck")),
        frozenset(ports),
        whole="build" not in keys,
    )


def _health(entry: Entry | None) -> bool:
    if entry is None:
        return False
    keys = mapping(entry.node)
    is_off = "disable" in keys and scalar(keys["disable"].node).lower() in {"true", "yes", "on"}
    tests = texts(keys["test"].node) if "test" in keys else []
    return not is_off and not (tests and tests[0][0].upper() == "NONE")


def _ports(entry: Entry) -> set[int] | None:
    """Return the ports of a list, published and inside; None where one is not understood."""
    if not is_list(entry.node):
        return None
    ports: set[int] = set()
    for node in items(entry.node):
        keys = mapping(node)
        written = [scalar(keys[key].node) for key in ("target", "published") if key in keys]
        for text in written or [scalar(node)]:
            match = _PORT.fullmatch(with_defaults(text)[0])
            if match is None:
                return None
            ports |= _range(match[1], match[2]) | _range(match[3], match[4])
    return ports


def _range(first: str | None, last: str | None) -> set[int]:
    if first is None:
        return set()
    start = int(first)
    return set(range(start, min(int(last or first), start + _MOST_PORTS) + 1))


def _variables(entry: Entry | None) -> Iterator[Variable | Unread]:
    if entry is None:
        return
    if is_mapping(entry.node):
        for name, value in mapping(entry.node).items():
            if is_null(value.node):
                yield Variable(name, value.line, "env")
            else:
                yield _variable(name, scalar(value.node), value.line)
    elif is_list(entry.node):
        for text, line in texts(entry.node):
            name, sign, written = text.partition("=")
            yield _variable(name, written, line) if sign else Variable(name, line, "env")
    elif not is_null(entry.node):
        yield Unread("variables", "a list of variables is computed", entry.line)


def _variable(name: str, written: str, line: int) -> Variable:
    origin: Origin = "env" if _VARIABLE.search(written.replace("$$", "")) else "literal"
    has_default = origin == "env" and bool(re.search(r"\$\{\w+:?-", written))
    return Variable(name, line, origin, written, default=has_default)


def with_defaults(written: str) -> tuple[str, bool]:
    """Return a text with the defaults of its variables put in, and whether it has no variables."""
    is_certain = True

    def put(match: re.Match[str]) -> str:
        nonlocal is_certain
        if match[0] == "$$":
            return "$"
        is_certain = False
        return (match[4] or "") if (match[3] or "").endswith("-") else match[0]

    filled = _VARIABLE.sub(put, written)
    return filled, is_certain and "${" not in filled

"""Files of Terraform: variables, images of containers, what watches; no expression is evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.readers.declared import Container, Declared, Monitor, Part, Unread, Variable, gathered
from workers.readers.hcl import Block, Unclosed, body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.readers.hcl import Attribute

FILES = lazy_pattern(r"\.(?:tf|tofu)$|\.tfvars$")
_WATCHES = lazy_pattern(
    r"alarm|alert|monitor|dashboard|health_check|healthcheck|uptime|log_group|metric|diagnostic"
)
_KINDS = {
    "dashboard": "dashboard",
    "health": "health",
    "uptime": "uptime",
    "log": "log",
    "metric_filter": "metric",
}
_NAMES = frozenset({"alarm_name", "display_name", "name", "dashboard_name"})
_IMAGE_KEYS = frozenset({"image", "image_uri", "container_image", "docker_image"})


def read(file: str, text: str) -> Declared | None:
    """Return what the blocks of a file declare."""
    try:
        root = body(text)
    except (Unclosed, RecursionError) as error:
        line = error.line if isinstance(error, Unclosed) else 1
        return Declared("Terraform", unread=(Unread(None, "it is not well-formed HCL", line),))
    parts = list(_values(root) if file.endswith(".tfvars") else _parts(root))
    return gathered("Terraform", parts)


def _values(root: Block) -> Iterator[Part]:
    for attribute in root.attributes:
        yield _variable(attribute.name, attribute)


def _parts(root: Block) -> Iterator[Part]:
    for block in root.blocks:
        name = block.labels[-1] if block.labels else ""
        if block.type in {"variable", "output"}:
            default = block.attribute("default")
            yield (
                _variable(name, default, block.line, default=True)
                if default and block.type == "variable"
                else Variable(name, block.line, "env" if block.type == "variable" else "unknown")
            )
        elif block.type == "module":
            reason = f"the module {name} is in another folder"
            yield Unread("containers", reason, block.line)
            yield Unread("monitors", reason, block.line)
        elif block.type in {"resource", "data"} and len(block.labels) == 2:
            yield from _resource(block, name)
        elif block.type == "locals":
            yield from (_variable(each.name, each) for each in block.attributes)


def _resource(block: Block, name: str) -> Iterator[Part]:
    match = _WATCHES.search(block.labels[0])
    if match and block.type == "resource":
        kind = next((kind for word, kind in _KINDS.items() if word in match[0]), "alert")
        yield Monitor(name, kind, block.line)
    for inner in _below(block):
        yield from _images(inner, block)
        yield from _set_in(inner)
        for label in inner.attributes:
            if match and label.name in _NAMES and label.literal is not None:
                yield Monitor(label.literal, "alert", label.line)


def _below(block: Block) -> Iterator[Block]:
    yield block
    for inner in block.blocks:
        yield from _below(inner)


def _images(block: Block, resource: Block) -> Iterator[Part]:
    for attribute in block.attributes:
        is_image = attribute.name in _IMAGE_KEYS or (
            attribute.name == "name" and resource.labels[0] in {"docker_image", "docker_container"}
        )
        if not is_image:
            yield from _inside(attribute)
        elif attribute.literal is not None and attribute.tokens[0].kind == "text":
            line = attribute.line
            yield Container(resource.labels[-1], attribute.literal, line, line, whole=False)
        else:
            yield Unread(
                "containers", f"an image of {resource.labels[-1]} is computed", attribute.line
            )


def _inside(attribute: Attribute) -> Iterator[Part]:
    """Yield the images of objects in an expression: `jsonencode([{ image = "..." }])`."""
    tokens = attribute.tokens
    for key, sign, value in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if key.text not in _IMAGE_KEYS or sign.text not in {"=", ":"}:
            continue
        if value.kind == "text":
            yield Container(attribute.name, value.text, value.line, value.line, whole=False)
        else:
            yield Unread("containers", "an image is computed", value.line)
    if any(token.kind == "expression" and "image" in token.text for token in tokens):
        yield Unread("containers", "an image may be in a text", attribute.line)


def _set_in(block: Block) -> Iterator[Part]:
    """Yield the variables that a block of environment sets, and those in lists of objects."""
    if block.type in {"env", "environment_variable"}:
        name, value = block.attribute("name"), block.attribute("value")
        if name is not None and name.literal is not None:
            yield _variable(name.literal, value, name.line)
    for attribute in block.attributes:
        if attribute.name in {"environment", "variables", "environment_variables", "env_vars"}:
            yield from _of_object(attribute)
        else:
            yield from _of_list(attribute)


def _of_object(attribute: Attribute) -> Iterator[Variable]:
    tokens = attribute.tokens
    for key, sign, value in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if sign.text in {"=", ":"} and key.kind in {"name", "text"}:
            yield Variable(
                key.text, key.line, "literal" if value.kind == "text" else "env", value.text
            )


def _of_list(attribute: Attribute) -> Iterator[Variable]:
    """Yield `{ name = "X", value = ... }` of a list in an expression."""
    tokens = attribute.tokens
    for key, sign, name in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if key.text == "name" and sign.text in {"=", ":"} and name.kind == "text":
            yield Variable(name.text, name.line, "unknown")


def _variable(
    name: str, value: Attribute | None, line: int | None = None, *, default: bool = False
) -> Variable:
    at = line if line is not None else value.line if value else 1
    literal = value.literal if value else None
    is_text = literal is not None and value is not None and value.tokens[0].kind != "name"
    return Variable(name, at, "literal" if is_text else "env", literal or "", default)

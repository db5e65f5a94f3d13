"""What a file calls, what its functions and classes are marked by, what classes derive from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from workers.survey.syntax import captures, line, parse, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

Form = Literal["call", "mark", "base", "entry"]
_LONGEST = 200
_MOST_ARGUMENTS = 12

_SCRIPT = (
    "(call_expression) @call (new_expression) @call (decorator) @mark"
    " (variable_declarator name: (identifier) value: (string)) @constant"
)
_QUERIES = {
    "python": (
        "(call) @call (decorator) @mark (class_definition) @class"
        " (assignment left: (identifier) right: (string)) @constant"
        " (assignment left: (_) right: (dictionary)) @entries"
    ),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "java": "(annotation) @mark (marker_annotation) @mark",
    "ruby": "(call) @call (class) @class",
    "go": "(call_expression) @call (const_spec) @constant",
}
LANGUAGES = frozenset(_QUERIES)
_CALLEES = ("function", "constructor", "method", "name")
_STRINGS = frozenset(
    "string interpreted_string_literal raw_string_literal string_literal simple_symbol".split()
)
_TEXTS = frozenset(
    "string_content string_fragment interpreted_string_literal_content"
    " raw_string_literal_content".split()
)
_PAIRS = frozenset({"keyword_argument", "pair", "element_value_pair"})


class Use(NamedTuple):
    """A call, a decorator or annotation, a base, or an entry of a named table.

    `name` is as the code writes it, `target` the function or class that it is about. Arguments are
    texts where they are literals or constants of the file, None otherwise; the entries of an object
    that is an argument count as named ones.
    """

    form: Form
    name: str
    target: str
    line: int
    arguments: tuple[str | None, ...] = ()
    named: Mapping[str, str | None] = {}


def of(language: str, source: bytes) -> Iterator[Use]:
    """Yield the uses of a file in the order of the source; raises TooSlow."""
    constants: dict[str, str] = {}
    nodes = list(captures(language, _QUERIES[language], parse(language, source).root_node))
    for kind, node in nodes:
        if kind == "constant":
            name = node.child_by_field_name("left") or node.child_by_field_name("name")
            values = node.child_by_field_name("right") or node.child_by_field_name("value")
            literal = _literal(_first(values), constants)
            if literal is not None:
                constants[text(name)] = literal
    for kind, node in nodes:
        if kind == "call":
            yield from _call("call", node, _enclosing(node), constants)
        elif kind == "mark":
            yield from _mark(node, constants)
        elif kind == "class":
            yield from _bases(node)
        elif kind == "entries":
            yield from _entries(node, constants)


def _first(node: Node | None) -> Node | None:
    """Return what a list of one expression holds, anything else as it is."""
    is_list = node is not None and node.type == "expression_list"
    return node.named_children[0] if node is not None and is_list else node


def _call(form: Form, node: Node, target: str, constants: Mapping[str, str]) -> Iterator[Use]:
    callee = next((n for f in _CALLEES if (n := node.child_by_field_name(f)) is not None), None)
    if callee is None or callee.end_byte - callee.start_byte > _LONGEST:
        return
    receiver = node.child_by_field_name("receiver")
    short = receiver is not None and receiver.end_byte - receiver.start_byte <= _LONGEST
    name = f"{text(receiver)}.{text(callee)}" if short else text(callee)
    if name == "include":  # Ruby's way to derive from a module
        yield from _included(node, target)
        return
    arguments, named = _arguments(node.child_by_field_name("arguments"), constants)
    yield Use(form, "".join(name.split()), target, line(callee), arguments, named)


def _included(node: Node, target: str) -> Iterator[Use]:
    listed = node.child_by_field_name("arguments")
    for module in listed.named_children if listed is not None else ():
        yield Use("base", text(module)[:_LONGEST], target, line(node))


def _mark(node: Node, constants: Mapping[str, str]) -> Iterator[Use]:
    """Yield a decorator or an annotation: `@task`, `@task(name="x")`, `@Scheduled(cron = "x")`."""
    target = _marked(node)
    inner = node if node.child_by_field_name("name") else next(iter(node.named_children), None)
    if inner is None:
        return
    if any(inner.child_by_field_name(field) for field in _CALLEES[:2]) or inner is node:
        yield from _call("mark", inner, target, constants)
    else:
        yield Use("mark", text(inner)[:_LONGEST], target, line(node))


def _marked(node: Node) -> str:
    """Return the name of what a decorator or annotation stands on."""
    above = node.parent
    if above is not None and above.type == "modifiers":
        above = above.parent
    for candidate in (above, node.next_named_sibling):
        while candidate is not None and candidate.type in {"decorator", "export_statement"}:
            candidate = candidate.next_named_sibling  # noqa: PLW2901 - the next of several marks
        definition = candidate and (candidate.child_by_field_name("definition") or candidate)
        name = definition.child_by_field_name("name") if definition is not None else None
        if name is not None and definition is not None and definition.type != "class_body":
            return text(name)
    return ""


def _bases(node: Node) -> Iterator[Use]:
    name = text(node.child_by_field_name("name"))
    listed = node.child_by_field_name("superclasses") or node.child_by_field_name("superclass")
    for base in listed.named_children if listed is not None else ():
        yield Use("base", text(base)[:_LONGEST], name, line(node))


def _entries(node: Node, constants: Mapping[str, str]) -> Iterator[Use]:
    """Yield the entries of a table of tables: `beat_schedule = {"x": {"task": "y"}}`."""
    owner = text(node.child_by_field_name("left"))[-_LONGEST:]
    table = node.child_by_field_name("right")
    for pair in table.named_children if table is not None else ():
        value = pair.child_by_field_name("value")
        if value is not None and value.type == "dictionary":
            key = _literal(pair.child_by_field_name("key"), constants)
            named = _named(value, constants)
            yield Use("entry", owner, named.get("task") or "", line(pair), (key,), named)


def _enclosing(node: Node) -> str:
    """Return the class that a call stands in: `include Sidekiq::Job` is about it."""
    above = node.parent
    while above is not None:
        if above.type in {"class", "class_definition", "class_declaration"}:
            return text(above.child_by_field_name("name"))
        above = above.parent
    return ""


def _arguments(
    node: Node | None, constants: Mapping[str, str]
) -> tuple[tuple[str | None, ...], dict[str, str | None]]:
    plain: list[str | None] = []
    named: dict[str, str | None] = {}
    for child in node.named_children[:_MOST_ARGUMENTS] if node is not None else ():
        if child.type in _PAIRS:
            named |= _pair(child, constants)
        elif child.type in {"object", "dictionary"}:
            named |= _named(child, constants)
        elif "comment" not in child.type:
            plain.append(_literal(child, constants))
    return tuple(plain), named


def _named(node: Node, constants: Mapping[str, str]) -> dict[str, str | None]:
    named: dict[str, str | None] = {}
    for child in node.named_children:
        if child.type in _PAIRS:
            named |= _pair(child, constants)
    return named


def _pair(node: Node, constants: Mapping[str, str]) -> dict[str, str | None]:
    key = node.child_by_field_name("name") or node.child_by_field_name("key")
    return {text(key).strip("'\":"): _literal(node.child_by_field_name("value"), constants)}


def _literal(node: Node | None, constants: Mapping[str, str]) -> str | None:
    """Return the text of a literal, a number, a constant of the file, the only item of a list."""
    if node is None or node.end_byte - node.start_byte > _LONGEST:
        return None
    if node.type in _STRINGS:
        if node.type == "simple_symbol":
            return text(node).lstrip(":")
        pieces = [c for c in node.named_children if c.type not in {"string_start", "string_end"}]
        if all(piece.type in _TEXTS for piece in pieces):
            return "".join(map(text, pieces))
        return None
    if node.type in {"integer", "number", "decimal_integer_literal"}:
        return text(node)
    if node.type in {"list", "array", "element_value_array_initializer"}:
        items = node.named_children
        return _literal(items[0], constants) if len(items) == 1 else None
    return constants.get(text(node))

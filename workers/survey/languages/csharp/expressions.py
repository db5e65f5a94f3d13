"""Expressions and statements of C# as JSON: what routes and tables can depend on, the rest is None.

    ["s", text]  ["n", "A.b"]  ["+", parts]  ["null"]  ["b", bool]  ["i", digits]  ["type", name]
    ["call", receiver, name, types, [[name, value], ...], line]  ["get", receiver, name]
    ["fn", [[name, type], ...], statements]  ["list", values]  ["obj", [[name, value], ...]]
    ["new", type, arguments, [[name, value], ...]]
    ["if", condition, one, other]  ["??", one, other]  ["isnull", value, bool]

A statement is ["let", name, value, is certain], ["do", value, is certain] or ["return", value].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.syntax import NESTING, line, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

Value = list[Any] | None
Statement = list[Any]
_DEEPEST = NESTING // 2  # a level takes up to four calls
_NAMES = frozenset({"identifier", "qualified_name", "generic_name", "alias_qualified_name"})
_ESCAPE = lazy_pattern(r"\\(u[0-9a-fA-F]{4}|.)")
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_TYPE_ARGUMENTS = lazy_pattern(r"<[^;{}]{0,2000}>")
_BLOCKS = frozenset(
    "block if_statement else_clause for_statement foreach_statement while_statement do_statement"
    " using_statement try_statement catch_clause finally_clause lock_statement switch_statement"
    " switch_body switch_section checked_statement fixed_statement labeled_statement"
    " global_statement preproc_if preproc_else preproc_elif".split()
)
_CERTAIN_BLOCKS = frozenset(
    "block using_statement try_statement lock_statement global_statement".split()
)


def value(node: Node | None, depth: int = 0) -> Value:
    """Return an expression as JSON; None for what is not understood or nested too deeply."""
    if node is None or depth > _DEEPEST:
        return None
    read = _READERS.get(node.type)
    return read(node, depth + 1) if read else None


def type_name(node: Node | None) -> str:
    """Return a type without its namespace, type arguments and `?`: `Task` of `X.Task<int>?`."""
    return plain_type(text(node))


def plain_type(written: str) -> str:
    """Return the last name of a type as it is written."""
    bare = _TYPE_ARGUMENTS.sub("", written).rstrip("?[] ")
    return bare.rpartition(".")[2].strip()


def arguments(node: Node | None, depth: int = 0) -> list[list[Any]]:
    """Return the arguments of a call or an attribute, each with its name or None."""
    listed: list[list[Any]] = []
    for child in node.named_children if node is not None else ():
        if child.type not in {"argument", "attribute_argument"}:
            continue
        name = child.child_by_field_name("name")
        last = child.named_children[-1] if child.named_children else None
        is_named = name is not None and last is not None and last.id != name.id
        listed.append([text(name) if is_named else None, value(last, depth)])
    return listed


def statements(node: Node | None, depth: int = 0) -> list[Statement]:
    """Return what a body does, its blocks laid flat; an expression is what it returns."""
    if node is None or depth > _DEEPEST:
        return []
    if node.type == "arrow_expression_clause":
        return _expressed(_inner(node), depth)
    if node.type not in _BLOCKS:
        return _expressed(node, depth)
    done: list[Statement] = []
    _collect(node, depth, done, is_certain=True)
    return done


def statements_of(nodes: list[Node]) -> list[Statement]:
    """Return what statements do that stand side by side."""
    done: list[Statement] = []
    for node in nodes:
        _collect(node, 0, done, is_certain=True)
    return done


def _expressed(node: Node | None, depth: int) -> list[Statement]:
    """Return what an expression does that is a body by itself."""
    if node is not None and node.type == "assignment_expression":
        return _stated(node, depth, is_certain=True)
    return [["return", value(node, depth)]]


def _collect(block: Node, depth: int, done: list[Statement], *, is_certain: bool) -> None:
    """Append the statements of a block and the blocks in it; a branch is not certain."""
    waiting = [(block, is_certain)]
    while waiting:
        node, certain = waiting.pop()
        if node.type in _BLOCKS:
            inner = certain and node.type in _CERTAIN_BLOCKS
            waiting += [(each, inner) for each in reversed(node.named_children)]
        elif node.type == "local_declaration_statement":
            done += _declared(node, depth, is_certain=certain)
        elif node.type == "expression_statement":
            done += _stated(_inner(node), depth, is_certain=certain)
        elif node.type == "return_statement":
            done.append(["return", value(_inner(node), depth)])


def _declared(node: Node, depth: int, *, is_certain: bool) -> list[Statement]:
    declaration = next(
        (child for child in node.named_children if "declaration" in child.type), None
    )
    done: list[Statement] = []
    for child in declaration.named_children if declaration is not None else ():
        name = child.child_by_field_name("name")
        if child.type == "variable_declarator" and name is not None:
            last = child.named_children[-1]
            initial = value(last, depth) if last.id != name.id else None
            done.append(["let", text(name), initial, is_certain])
    return done


def _stated(node: Node | None, depth: int, *, is_certain: bool) -> list[Statement]:
    if node is None:
        return []
    if node.type == "assignment_expression":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        name = text(left) if left is not None and left.type == "identifier" else ""
        if name in {"", "_"}:
            target = value(left, depth)
            dotted = target[1] if target and target[0] == "n" else "_"
            return [["let", dotted, value(right, depth), is_certain]]
        return [["let", name, value(right, depth), is_certain]]
    read = value(node, depth)
    return [["do", read, is_certain]] if read else []


def _string(node: Node, depth: int) -> Value:
    del depth
    parts = (text(one) for one in node.named_children)
    return ["s", _unescaped("".join(parts))]


def _unescaped(written: str) -> str:
    def plain(escape: Any) -> str:
        code = str(escape[1])
        if len(code) == 5:  # a letter and four digits
            return chr(int(code[1:], 16))
        return _PLAIN_ESCAPES.get(code, code)

    return _ESCAPE.sub(plain, written) if "\\" in written else written


def _verbatim(node: Node, depth: int) -> Value:
    del depth
    return ["s", text(node).removeprefix("@")[1:-1].replace('""', '"')]


def _raw(node: Node, depth: int) -> Value:
    del depth
    return ["s", "".join(text(one) for one in node.named_children if "content" in one.type)]


def _interpolated(node: Node, depth: int) -> Value:
    parts: list[Value] = []
    for child in node.named_children:
        if child.type == "interpolation":
            inner = [each for each in child.named_children if each.type != "interpolation_brace"]
            parts.append(value(inner[0], depth) if len(inner) == 1 else None)
        elif child.type in {"string_content", "escape_sequence"}:
            parts.append(["s", _unescaped(text(child)).replace("{{", "{").replace("}}", "}")])
        elif child.type != "interpolation_start":
            parts.append(["s", text(child)] if "content" in child.type else ["s", ""])
    return ["+", parts]


def _binary(node: Node, depth: int) -> Value:
    """Return a sum, `??`, or a comparison with null; a long sum is walked down its left sides."""
    operator = text(node.child_by_field_name("operator"))
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if operator == "??":
        return ["??", value(left, depth), value(right, depth)]
    if operator in {"==", "!="} and right is not None and right.type == "null_literal":
        return ["isnull", value(left, depth), operator == "=="]
    if operator != "+":
        return None
    parts = [value(right, depth)]
    while left is not None and left.type == "binary_expression":
        if text(left.child_by_field_name("operator")) != "+":
            break
        parts.append(value(left.child_by_field_name("right"), depth))
        left = left.child_by_field_name("left")
    return ["+", [value(left, depth), *reversed(parts)]]


def _pattern(node: Node, depth: int) -> Value:
    """Return `x is null` and `x is not null`."""
    pattern = text(node.child_by_field_name("pattern"))
    if pattern not in {"null", "not null"}:
        return None
    return ["isnull", value(node.child_by_field_name("expression"), depth), pattern == "null"]


def _conditional(node: Node, depth: int) -> Value:
    fields = ("condition", "consequence", "alternative")
    return ["if", *(value(node.child_by_field_name(name), depth) for name in fields)]


def _name(node: Node, depth: int) -> Value:
    del depth
    return ["n", _TYPE_ARGUMENTS.sub("", text(node)).replace(" ", "")]


def _member(node: Node, depth: int) -> Value:
    name = text(node.child_by_field_name("name"))
    of = node.child_by_field_name("expression")
    if of is not None and of.type in {"this", "base", "this_expression", "base_expression"}:
        return ["n", name]
    receiver = value(of, depth)
    if receiver and receiver[0] == "n":
        return ["n", f"{receiver[1]}.{name}"]
    return ["get", receiver, name]


def _call(node: Node, depth: int) -> Value:
    function = node.child_by_field_name("function")
    passed = node.child_by_field_name("arguments")
    if function is None:
        return None
    if function.type == "identifier" and text(function) == "nameof" and passed is not None:
        return ["s", text(passed).strip("() ").rpartition(".")[2]]
    receiver: Value = None
    named: Node | None = function
    if function.type == "member_access_expression":
        named = function.child_by_field_name("name")
        receiver = value(function.child_by_field_name("expression"), depth)
    elif function.type == "conditional_access_expression":
        receiver = value(function.child_by_field_name("condition"), depth)
        named = function.named_children[-1].child_by_field_name("name")
    types: list[str] = []
    if named is not None and named.type == "generic_name":
        listed = named.named_children[-1]
        types = [text(one) for one in listed.named_children]
        named = _inner(named)
    if named is None:
        return None
    row = line(named)
    return ["call", receiver, text(named), types, arguments(passed, depth), row]


def _lambda(node: Node, depth: int) -> Value:
    listed = node.child_by_field_name("parameters")
    parameters: list[list[str]] = []
    if listed is not None and listed.type != "parameter_list":
        parameters = [[text(listed), ""]]
    for child in listed.named_children if listed is not None else ():
        if child.type == "parameter":
            name, kind = child.child_by_field_name("name"), child.child_by_field_name("type")
            parameters.append([text(name), type_name(kind) if kind is not None else ""])
    return ["fn", parameters, statements(node.child_by_field_name("body"), depth)]


def _anonymous(node: Node, depth: int) -> Value:
    """Return `new { Id = x, t.Name }`: a name is an identifier in front of `=`."""
    fields: list[list[Any]] = []
    name: str | None = None
    for child in node.children:
        if child.type == "=":
            name = fields.pop()[1][1] if fields and fields[-1][1] else None
        elif child.is_named and child.type != "comment":
            fields.append([name, value(child, depth)])
            name = None
    return ["obj", fields]


def _created(node: Node, depth: int) -> Value:
    inits: list[list[Any]] = []
    listed = node.child_by_field_name("initializer")
    for child in listed.named_children if listed is not None else ():
        if child.type == "assignment_expression":
            left = text(child.child_by_field_name("left"))
            inits.append([left, value(child.child_by_field_name("right"), depth)])
        else:
            inits.append([None, value(child, depth)])
    kind = text(node.child_by_field_name("type"))
    return ["new", kind, arguments(node.child_by_field_name("arguments"), depth), inits]


def _listed(node: Node, depth: int) -> Value:
    inner = next((one for one in node.named_children if one.type == "initializer_expression"), node)
    elements = [one for one in inner.named_children if one.type != "comment"]
    while elements and all(one.type.endswith("element") for one in elements):
        elements = [each for one in elements for each in one.named_children]
    return ["list", [value(one, depth) for one in elements]]


def _inner(node: Node) -> Node | None:
    """Return the first child that is no comment, None for none."""
    return next((one for one in node.named_children if one.type != "comment"), None)


def _first(node: Node, depth: int) -> Value:
    return value(_inner(node), depth)


def _cast(node: Node, depth: int) -> Value:
    return value(node.child_by_field_name("value") or node.named_children[-1], depth)


_READERS: dict[str, Callable[[Node, int], Value]] = {
    "string_literal": _string,
    "verbatim_string_literal": _verbatim,
    "raw_string_literal": _raw,
    "interpolated_string_expression": _interpolated,
    "binary_expression": _binary,
    "is_pattern_expression": _pattern,
    "conditional_expression": _conditional,
    "member_access_expression": _member,
    "invocation_expression": _call,
    "lambda_expression": _lambda,
    "anonymous_object_creation_expression": _anonymous,
    "object_creation_expression": _created,
    "implicit_object_creation_expression": _created,
    "implicit_array_creation_expression": _listed,
    "array_creation_expression": _listed,
    "initializer_expression": _listed,
    "collection_expression": _listed,
    "parenthesized_expression": _first,
    "postfix_unary_expression": _first,
    "await_expression": _first,
    "checked_expression": _first,
    "cast_expression": _cast,
    "as_expression": _first,
    "null_literal": lambda _node, _depth: ["null"],
    "boolean_literal": lambda node, _depth: ["b", text(node) == "true"],
    "integer_literal": lambda node, _depth: ["i", text(node)],
    "real_literal": lambda node, _depth: ["i", text(node)],
    "typeof_expression": lambda node, _depth: ["type", text(node.child_by_field_name("type"))],
    **dict.fromkeys(_NAMES, _name),
}

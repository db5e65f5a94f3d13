"""Questions about syntax trees that rules ask, alike for Python and for JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.syntax import text

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from tree_sitter import Node

CALLS = frozenset({"call", "call_expression"})
FUNCTIONS = frozenset(
    {
        "function_definition",
        "lambda",
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
    }
)
_MEMBERS = {"attribute": ("object", "attribute"), "member_expression": ("object", "property")}
_WRAPPERS = frozenset(
    {
        "await",
        "await_expression",
        "parenthesized_expression",
        "as_expression",
        "non_null_expression",
    }
)
STRINGS = frozenset({"string", "template_string", "concatenated_string"})
_QUOTES = lazy_pattern(r"^[A-Za-z]{0,2}(?:\"\"\"|'''|[\"'`])|(?:\"\"\"|'''|[\"'`])$")


def nodes(root: Node, leave: Container[str] = FUNCTIONS) -> Iterator[Node]:
    """Yield all nodes below one, in the order of the source; what is in some kinds is left out."""
    waiting = list(reversed(root.children))
    while waiting:
        node = waiting.pop()
        yield node
        if node.type not in leave:
            waiting.extend(reversed(node.children))


def calls(root: Node, leave: Container[str] = FUNCTIONS) -> Iterator[Node]:
    """Yield the calls below a node."""
    return (node for node in nodes(root, leave) if node.type in CALLS)


def unwrapped(node: Node | None) -> Node | None:
    """Return what is awaited, in parentheses or said to be of a type."""
    while node is not None and node.type in _WRAPPERS:
        node = next((one for one in node.named_children if one.type != "comment"), None)
    return node


def names(node: Node | None) -> list[str]:
    """Return the names in a chain: `a.b(x).c()` is a, b, c; one without a name begins with ''."""
    chain: list[str] = []
    node = unwrapped(node)
    while node is not None:
        if node.type in CALLS:
            node = unwrapped(node.child_by_field_name("function"))
        elif node.type in _MEMBERS:
            owner, member = _MEMBERS[node.type]
            chain.append(text(node.child_by_field_name(member)))
            node = unwrapped(node.child_by_field_name(owner))
        else:
            chain.append(text(node) if node.type in {"identifier", "this"} else "")
            break
    return chain[::-1]


def last_name(node: Node | None) -> str:
    """Return the name of what is called or looked up last: `save` of `a.b.save(x)`."""
    return (names(node) or [""])[-1]


def whole_chain(call: Node) -> Node:
    """Return the last call of the chain that a call is in: `q.filter(x).first()` of its filter."""
    while call.parent is not None and call.parent.type in _MEMBERS:
        outer = call.parent.parent
        if outer is None or outer.type not in CALLS:
            break
        call = outer
    return call


def arguments(call: Node) -> list[Node]:
    """Return the arguments of a call, those with a keyword included."""
    listed = call.child_by_field_name("arguments")
    return [one for one in listed.named_children if one.type != "comment"] if listed else []


def arguments_of_chain(call: Node) -> Iterator[Node]:
    """Yield the arguments of all calls of a chain: `q(A).filter(A.id == row.id).first()`."""
    inner: Node | None = call
    while inner is not None:
        if inner.type in CALLS:
            yield from arguments(inner)
            inner = unwrapped(inner.child_by_field_name("function"))
        else:
            inner = unwrapped(inner.child_by_field_name("object"))


def keyword(call: Node, name: str) -> Node | None:
    """Return the value of a keyword argument, None if there is none."""
    for argument in arguments(call):
        if (
            argument.type == "keyword_argument"
            and text(argument.child_by_field_name("name")) == name
        ):
            return argument.child_by_field_name("value")
    return None


def pairs(holder: Node) -> Iterator[tuple[str, Node]]:
    """Yield key and value of a dictionary or an object literal."""
    for pair in holder.named_children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type == "pair" and key is not None and value is not None:
            yield literal(key) or text(key), value


def literal(node: Node | None) -> str | None:
    """Return what a string literal holds, None if it is none or something is put in."""
    if node is None or node.type not in STRINGS:
        return None
    if any(one.type in {"interpolation", "template_substitution"} for one in node.named_children):
        return None
    return _QUOTES.sub("", text(node))


def identifiers(node: Node) -> set[str]:
    """Return the names that an expression reads: no member's and no keyword's."""
    return {
        text(one)
        for one in (node, *nodes(node, ()))
        if one.type in {"identifier", "shorthand_property_identifier"} and not _is_label(one)
    }


def _is_label(name: Node) -> bool:
    field = {"attribute": "attribute", "keyword_argument": "name"}.get(
        name.parent.type if name.parent else ""
    )
    return (
        field is not None
        and name.parent is not None
        and name.parent.child_by_field_name(field) == name
    )


def remarks(node: Node) -> str:
    """Return the comments beside the statement that holds a node, and right above it."""
    while node.parent is not None and node.parent.type not in _BLOCKS:
        node = node.parent
    beside = node.next_sibling
    while beside is not None and beside.type in {";", ","}:
        beside = beside.next_sibling
    listed = [beside] if beside is not None and beside.start_point.row == node.end_point.row else []
    before = node.prev_sibling
    while before is not None and before.type == "comment":
        listed.append(before)
        before = before.prev_sibling
    return " ".join(text(one) for one in listed if one.type == "comment")


_BLOCKS = frozenset({"module", "program", "block", "statement_block", "class_body", "object"})


def local_values(node: Node, name: str) -> list[Node]:
    """Return what the function that holds a node, or else its file, assigns to a name."""
    scope = above(node, FUNCTIONS | {"module", "program"})
    values = []
    for statement in nodes(scope) if scope is not None else ():
        target = statement.child_by_field_name("left") or statement.child_by_field_name("name")
        value = statement.child_by_field_name("right") or statement.child_by_field_name("value")
        if target is not None and value is not None and text(target) == name:
            values.append(value)
    return values


def is_conditional(node: Node) -> bool:
    """Tell whether a node counts in some cases only: in a branch, or behind an early return."""
    inner, outer = node, node.parent
    while outer is not None:
        if outer.type in BRANCHES and outer.child_by_field_name("condition") != inner:
            return True
        if outer.type in FUNCTIONS:
            early = (one for one in nodes(outer) if one.type == "return_statement")
            if any(one.end_byte <= node.start_byte for one in early):
                return True
        if outer.type in {"boolean_operator", "binary_expression"}:
            return True
        inner, outer = outer, outer.parent
    return False


BRANCHES = frozenset(
    "if_statement conditional_expression ternary_expression case_clause switch_case"
    " switch_default except_clause catch_clause match_statement".split()
)


def above(node: Node, kinds: Container[str]) -> Node | None:
    """Return the nearest node of some kinds that holds one."""
    outer = node.parent
    while outer is not None and outer.type not in kinds:
        outer = outer.parent
    return outer

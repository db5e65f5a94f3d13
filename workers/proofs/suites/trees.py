"""Looking around in the syntax tree of any language, never by recursion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.syntax import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

# A link of a chain: the field of what stands before it, and that of its own name.
_LINKS = {
    "attribute": (("object",), "attribute"),
    "call": (("function", "target", "receiver"), "method"),
    "call_expression": (("function",), None),
    "conditional_access_expression": (("condition",), None),
    "dot": (("left",), "right"),
    "field_expression": (("value",), "field"),
    "function_call_expression": (("function",), None),
    "invocation_expression": (("function",), None),
    "macro_invocation": (("macro",), None),
    "member_access_expression": (("object", "expression"), "name"),
    "member_call_expression": (("object",), "name"),
    "member_expression": (("object",), "property"),
    "method_invocation": (("object",), "name"),
    "nullsafe_member_call_expression": (("object",), "name"),
    "scope_resolution": (("scope",), "name"),
    "scoped_call_expression": (("scope",), "name"),
    "scoped_identifier": (("path",), "name"),
    "selector_expression": (("operand",), "field"),
}
_PASSED = frozenset(
    "parenthesized_expression await_expression await try_expression generic_function"
    " non_null_expression as_expression subscript subscript_expression type_arguments".split()
)
_CHAIN = 24  # calls in a chain; longer ones are cut at their head
_FORKS = lazy_pattern(
    r"^(?:if|unless|elif|else|elsif|case|switch|match|when|try|catch|except|rescue|conditional"
    r"|ternary)(?:_|$)"
)
_QUOTED = lazy_pattern(r"""[bruf]{0,2}(\"{3}|'{3}|["'`])(.*)\1""", re.DOTALL)
SPACE = lazy_pattern(r"\s+")
_TIDY = lazy_pattern(r"(?<!\w)\s+|\s+(?!\w)|,(?=\s*[)\]}])|;$")


def links(call: Node) -> list[str]:
    """Return the names in a chain, head first: `expect(a).not.toBe(b)` is expect, not, toBe."""
    names: list[str] = []
    node: Node | None = call
    for _ in range(_CHAIN):
        if node is None:
            break
        node = _step(node, names)
    return names[::-1]


def _step(node: Node, names: list[str]) -> Node | None:
    kind = node.type
    if kind in _PASSED:
        return node.named_children[0] if node.named_children else None
    if kind == "navigation_expression":  # Kotlin names no fields
        names.append(text(node.named_children[-1]))
        return node.named_children[0]
    if kind == "call_expression" and node.child_by_field_name("function") is None:
        return node.named_children[0] if node.named_children else None
    link = _LINKS.get(kind)
    if link is None:
        names.append(text(node) if node.child_count < 2 else "")
        return None
    fields, own = link
    named = node.child_by_field_name(own) if own else None
    if named is not None:
        names.append(text(named))
    return next((child for name in fields if (child := node.child_by_field_name(name))), None)


def inside(root: Node, enter: Callable[[Node], bool] = lambda _node: True) -> Iterator[Node]:
    """Yield what stands below a node in the order of the source; `enter` says below which."""
    waiting = [*reversed(root.named_children)]
    while waiting:
        node = waiting.pop()
        yield node
        if enter(node):
            waiting.extend(reversed(node.named_children))


def tidy(node: Node | None) -> str:
    """Return a node's text without what a formatter changes: blanks, quotes, closing commas."""
    return tidied(text(node))


def tidied(written: str) -> str:
    """Return a text without what a formatter changes."""
    return SPACE.sub(" ", _TIDY.sub("", written)).replace('"', "'").replace("`", "'")


def short(node: Node | None, most: int = 60) -> str:
    """Return a node's text on one line, cut."""
    words = SPACE.sub(" ", text(node)).strip()
    words = "".join(sign if sign.isprintable() else "?" for sign in words)
    return words if len(words) <= most else words[: most - 3] + "..."


def passed_to(call: Node) -> list[Node]:
    """Return the arguments of a call, without comments."""
    arguments = call.child_by_field_name("arguments")
    listed = arguments.named_children if arguments is not None else []
    return [node for node in listed if "comment" not in node.type]


def body_of(node: Node | None) -> Node | None:
    """Return the body of a function or block, None where there is none."""
    return node.child_by_field_name("body") if node is not None else None


def literal(node: Node | None) -> str | None:
    """Return what a string holds, None for what is no string."""
    if node is None or not re.search(r"string|heredoc", node.type):
        return None
    written = text(node)
    quoted = _QUOTED.fullmatch(written)
    return quoted[2] if quoted else written


def branch_above(node: Node, top: Node) -> Node | None:
    """Return the nearest branch between a node and a body above it, None for none."""
    above = node.parent
    while above is not None and above.id != top.id:
        if _FORKS.match(above.type):
            return above
        above = above.parent
    return None


def condition_of(fork: Node) -> str:
    """Return on what a branch depends."""
    asked = fork.child_by_field_name("condition") or fork.child_by_field_name("value")
    return short(asked) or fork.type.split("_")[0]


def is_false(condition: Node | None) -> bool:
    """Tell whether a condition never holds."""
    return text(condition).strip("() ") in {"False", "false", "0", "None", "nil", "null"}


def is_true(condition: Node | None) -> bool:
    """Tell whether a condition always holds."""
    return text(condition).strip("() ") in {"True", "true", "1"}

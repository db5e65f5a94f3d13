"""Which methods a handler answers that takes every one: where its own code tells them apart.

Only what leaves no other method an answer counts: a switch or a chain of conditions on the
request's method that ends with a refusal, a refusal of every other method, h3's `assertMethod`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.files.layouts import METHODS
from workers.survey.syntax import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

_FUNCTIONS = {"arrow_function", "function_expression", "function_declaration", "function"}
_WRAPPERS = 4
_BRANCHES = 20
_SHORT = 120
_LONGEST = 20_000
_METHOD = lazy_pattern(
    r"^(?:(?:\w{1,40}\.){0,3}(?:method|httpMethod)|(?:getMethod|toUpperCase)\(\w{1,40}\))"
    r"(?:[?!]?\.toUpperCase\(\))?$"
)
_REFUSES = lazy_pattern(
    r"(?i)40[45]|501|not.{0,3}(?:allowed|supported|implemented)|invalid.{0,9}method"
)
_LEAVES = {"return_statement", "throw_statement"}
_LIST = lazy_pattern(r"^!\[([\"'A-Z, \n]{3,80})\]\.includes\(")
_WORDS = lazy_pattern(r"[A-Z]{3,7}")


def functions_of(root: Node) -> dict[str, Node]:
    """Return the functions that a module declares, by name, and what its constants are."""
    named: dict[str, Node] = {}
    for node in root.named_children:
        declared = node.child_by_field_name("declaration") or node
        if declared.type == "function_declaration":
            named[text(declared.child_by_field_name("name"))] = declared
        elif declared.type in {"lexical_declaration", "variable_declaration"}:
            for declarator in declared.named_children:
                value = declarator.child_by_field_name("value")
                if value is not None:
                    named[text(declarator.child_by_field_name("name"))[:_SHORT]] = value
    return named


def function_of(value: Node | None, named: Mapping[str, Node]) -> Node | None:
    """Return the function that a value is, in the one wrapper or several that are put round it."""
    for _ in range(_WRAPPERS):
        if value is None or value.type in _FUNCTIONS:
            return value
        if value.type == "identifier":
            value = named.get(text(value))
        elif value.type in {"as_expression", "satisfies_expression", "parenthesized_expression"}:
            value = value.named_children[0] if value.named_children else None
        elif value.type == "call_expression":
            value = _wrapped(value, named)
        else:
            return None
    return value if value is not None and value.type in _FUNCTIONS else None


def _wrapped(call: Node, named: Mapping[str, Node]) -> Node | None:
    """Return the one argument of a call that may be a function."""
    arguments = call.child_by_field_name("arguments")
    likely = [
        argument
        for argument in (arguments.named_children if arguments is not None else ())
        if argument.type in _FUNCTIONS | {"call_expression"}
        or (argument.type == "identifier" and text(argument) in named)
    ]
    return likely[0] if len(likely) == 1 else None


def answered(function: Node | None) -> list[str]:
    """Return the methods that a function answers, none where others may be answered as well."""
    body = function.child_by_field_name("body") if function is not None else None
    while body is not None and _tries(body) is not None:
        body = _tries(body)
    if body is None or body.type != "statement_block":
        return []
    statements = [node for node in body.named_children if node.type != "comment"]
    for at, statement in enumerate(statements):
        methods = _asserted(statement) or _refused(statement)
        if not methods and statement.type == "switch_statement":
            methods = _switched(statement, statements[at + 1 :])
        elif not methods and statement.type == "if_statement":
            methods = _chained(statements[at:])
        if methods:
            return list(dict.fromkeys(methods))
        if statement.type in _LEAVES:
            return []
    return []


def _tries(body: Node) -> Node | None:
    """Return the block of a body that does nothing but try it."""
    inner = [node for node in body.named_children if node.type != "comment"]
    is_try = body.type == "statement_block" and len(inner) == 1 and inner[0].type == "try_statement"
    return inner[0].child_by_field_name("body") if is_try else None


def _short(node: Node | None) -> str:
    return text(node) if node is not None and node.end_byte - node.start_byte < _SHORT else ""


def _is_method(node: Node | None) -> bool:
    return _METHOD.match(_short(node)) is not None


def _verb(node: Node | None) -> str | None:
    word = _short(node).strip("'\"`").upper()
    return word if node is not None and node.type == "string" and word in METHODS else None


def _asserted(statement: Node) -> list[str]:
    """Return the methods of `assertMethod(event, ["GET", "POST"])`."""
    code = _short(statement)
    return _WORDS.findall(code.partition(",")[2]) if code.startswith("assertMethod(") else []


def _compared(node: Node | None, operator: str, joined: str) -> list[str]:
    """Return the methods of `req.method === "GET" || req.method === "HEAD"`, all of such a form."""
    methods: list[str] = []
    waiting = [node]
    while waiting and len(methods) < _BRANCHES:
        side = waiting.pop()
        while side is not None and side.type == "parenthesized_expression":
            side = side.named_children[0] if side.named_children else None
        if side is None or side.type != "binary_expression":
            return []
        sign = text(side.child_by_field_name("operator"))
        left, right = side.child_by_field_name("left"), side.child_by_field_name("right")
        if sign == joined:
            waiting += [right, left]
            continue
        verb = _verb(right)
        if sign not in {operator, operator[:2]} or verb is None or not _is_method(left):
            return []
        methods.append(verb)
    return methods


def _leaves(node: Node | None) -> bool:
    """Tell whether a branch ends what its function does."""
    if node is None:
        return False
    inner = [one for one in node.named_children if one.type != "comment"]
    last = inner[-1] if node.type == "statement_block" and inner else node
    return last.type in _LEAVES


def _refuses(node: Node | None) -> bool:
    if node is None or node.end_byte - node.start_byte > _LONGEST:
        return False
    return _REFUSES.search(text(node)) is not None


def _refused(statement: Node) -> list[str]:
    """Return the methods of `if (req.method !== "POST") return res.status(405).end()`."""
    if statement.type != "if_statement" or statement.child_by_field_name("alternative") is not None:
        return []
    branch = statement.child_by_field_name("consequence")
    if not (_leaves(branch) and _refuses(branch)):
        return []
    test = statement.child_by_field_name("condition")
    methods = _compared(test, "!==", "&&")
    if not methods:
        code = _short(test).removeprefix("(")
        match = _LIST.match(code)
        is_method = match is not None and _METHOD.match(
            code[match.end() :].rstrip(")").removesuffix(" as string").strip()
        )
        words = _WORDS.findall(match[1]) if match and is_method else []
        methods = words if METHODS.issuperset(words) else []
    return methods


def _switched(statement: Node, after: list[Node]) -> list[str]:
    """Return the methods of the cases of a switch, if every other one is refused."""
    value = statement.child_by_field_name("value")
    while value is not None and value.type == "parenthesized_expression":
        value = value.named_children[0] if value.named_children else None
    body = statement.child_by_field_name("body")
    if not _is_method(value) or body is None:
        return []
    methods: list[str] = []
    refuses = any(_refuses(node) for node in after[:1]) or not after
    for case in body.named_children:
        if case.type == "switch_case":
            verb = _verb(case.child_by_field_name("value"))
            if verb is None:
                return []
            methods.append(verb)
        elif case.type == "switch_default":
            refuses = _refuses(case)
    return methods if refuses else []


def _chained(statements: list[Node]) -> list[str]:
    """Return the methods of `if (...) {} else if (...) {} else` and of ifs in a row."""
    methods: list[str] = []
    for statement in statements[:_BRANCHES]:
        branch: Node | None = statement
        for _ in range(_BRANCHES):
            if branch is None or branch.type != "if_statement":
                break
            own = _compared(branch.child_by_field_name("condition"), "===", "||")
            if not own:
                return []
            methods += own
            leaves = _leaves(branch.child_by_field_name("consequence"))
            clause = branch.child_by_field_name("alternative")
            branch = clause.named_children[-1] if clause and clause.named_children else None
            if branch is None and not leaves:
                return []
        if branch is not None:
            # What stands after all conditions, in an `else` or as a statement of its own.
            return methods if methods and _refuses(branch) else []
    return []

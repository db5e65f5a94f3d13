"""What a line of code does, by its syntax tree: whether anything is called or used there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sessions.patterns import lazy_pattern
from workers.survey import syntax

if TYPE_CHECKING:
    from tree_sitter import Node

_CODE_BYTES = 1024 * 1024
# Whatever runs other code, by the names of the grammars.
_CALLS = frozenset(
    "call call_expression new_expression object_creation_expression invocation_expression"
    " method_invocation macro_invocation function_call_expression member_call_expression"
    " nullsafe_member_call_expression scoped_call_expression decorator await_expression await"
    " include_expression include_once_expression require_expression require_once_expression"
    " echo_statement print_intrinsic shell_command_expression subshell constructor_invocation"
    " explicit_constructor_invocation implicit_object_creation_expression go_statement"
    " command_call yield method_reference annotation attribute_item".split()
)
# Where a name is given, not used.
_GIVES_NAMES = frozenset(
    "import_statement import_from_statement future_import_statement import_declaration"
    " import_header"
    " import using_directive use_declaration namespace_use_declaration package_declaration"
    " package_clause package_header parameters formal_parameters parameter_list"
    " function_value_parameters parameter type type_annotation type_identifier generic_type".split()
)
_NAME_FIELDS = frozenset({"name", "left", "key", "type", "return_type", "declarator", "pattern"})
_ASSIGNS = lazy_pattern(r"assign|for_|var_declaration|let_")
_NAMES = frozenset(
    "identifier simple_identifier property_identifier variable_name constant instance_variable"
    " shorthand_property_identifier field_identifier".split()
)
# Outside of these a line is part of what stands around it, not of the statement on it.
_BODIES = frozenset(
    "module program source_file compilation_unit block statement_block function_body class_body"
    " declaration_list body_statement suite do_block template script_file".split()
)
# A bare name may be a call there.
_NAMES_CALL = frozenset({"ruby", "elixir"})
Doing = Literal["calls", "uses", "nothing"]


def doing_on(file: str, lines: list[str], line: int) -> Doing | None:
    """Return what is done on a line (from 1); None where no grammar reads the file whole.

    A call of several lines is done on each of them.
    """
    language = syntax.language_of(file)
    source = "\n".join(lines).encode()
    if language is None or len(source) > _CODE_BYTES:
        return None
    try:
        root = syntax.parse(language, source).root_node
    except syntax.TooSlow:
        return None
    if root.has_error:
        return None
    row, doing = line - 1, "nothing"
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if not node.start_point.row <= row <= node.end_point.row:
            continue
        if node.type in _CALLS and _is_on(node, row):
            return "calls"
        if node.type in _NAMES and (language in _NAMES_CALL or not _is_given(node)):
            doing = "uses"
        if "string" in node.type and node.start_point.row < row:
            doing = "uses"  # a text of several lines is a part of what is done with it
        waiting.extend(node.children)
    return "uses" if doing == "uses" else "nothing"


def _is_on(node: Node, row: int) -> bool:
    """Tell whether a call concerns a row; bodies that are passed to it have rows of their own."""
    inner = node
    while inner.start_point.row < row:
        below = next((c for c in inner.children if _covers(c, row)), None)
        if below is None:
            return True
        if below.type in _BODIES and below.start_point.row < row < below.end_point.row:
            return False
        inner = below
    return True


def _covers(node: Node, row: int) -> bool:
    return bool(node.start_point.row <= row <= node.end_point.row)


def _is_given(name: Node) -> bool:
    """Tell whether a name is defined or imported where it is written, not used."""
    node = name
    while node.parent is not None and node.parent.type not in _BODIES:
        parent = node.parent
        if parent.type in _GIVES_NAMES:
            return True
        field = next((f for f in _NAME_FIELDS if parent.child_by_field_name(f) == node), None)
        if field is not None and (field != "left" or _ASSIGNS.search(parent.type)):
            return node.child_count < 2  # a property of something hands a value over
        node = parent
    return False

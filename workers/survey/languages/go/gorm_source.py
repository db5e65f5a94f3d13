"""What one file of Go says of GORM's models: structs, names of tables, what is migrated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey import syntax
from workers.survey.languages.go.expressions import unquoted
from workers.survey.languages.go.source import imports_of
from workers.survey.languages.go.types import field_nodes, type_of
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_TAG = lazy_pattern(r'(?:^|\s)gorm:"((?:[^"\\]|\\.){0,2000})"')
_OLDER_TAG = lazy_pattern(r'(?:^|\s)sql:"((?:[^"\\]|\\.){0,2000})"')  # what GORM 1 reads too
_MIGRATES = frozenset({"AutoMigrate", "CreateTable"})
_MOST_MIGRATED = 2_000
_NAMING = {"TablePrefix", "SingularTable", "NameReplacer", "NoLowerCase"}
Fact = dict[str, Any]


def facts_of(source: bytes) -> Fact:
    """Return what a file says; raises TooSlow."""
    root = syntax.parse("go", source).root_node
    imports = imports_of(root)
    fact: Fact = {"imports": imports, "structs": [], "types": {}, "tables": {}, "migrated": [],
                  "valuers": [], "naming": [], "lists": [],
                  "constants": _constants(root)}  # fmt: skip
    for node in root.named_children:
        if node.type == "type_declaration":
            for declared in node.named_children:
                _add_type(declared, fact)
        elif node.type == "method_declaration":
            _add_method(node, fact)
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "call_expression" and len(fact["migrated"]) < _MOST_MIGRATED:
            _add_call(node, fact)
        elif node.type == "composite_literal":
            _add_list(node, fact)
        elif node.type == "keyed_element":
            _add_setting(node, fact)
        waiting += reversed(node.named_children)
    return fact


def _add_setting(node: Node, fact: Fact) -> None:
    """Keep what GORM is told of names."""
    key = text(node.named_children[0]) if node.named_children else ""
    value = text(node.named_children[-1])[:200] if key in _NAMING else ""
    if key in _NAMING:
        fact["naming"].append([key, value])


def _constants(root: Node) -> dict[str, str]:
    """Return the constants of a package that are plain texts."""
    known: dict[str, str] = {}
    for declaration in root.named_children:
        if declaration.type not in {"const_declaration", "var_declaration"}:
            continue
        for spec in declaration.named_children:
            name, value = spec.child_by_field_name("name"), spec.child_by_field_name("value")
            inner = value.named_children if value is not None else []
            if name is not None and len(inner) == 1 and inner[0].type.endswith("string_literal"):
                known[text(name)] = unquoted(inner[0])
    return known


def _add_type(node: Node, fact: Fact) -> None:
    if node.type not in {"type_spec", "type_alias"}:
        return
    name = text(node.child_by_field_name("name"))
    declared = node.child_by_field_name("type")
    if declared is None:
        return
    if declared.type == "struct_type":
        fields = [row for one in field_nodes(declared) for row in _field(one)]
        fact["structs"].append({"name": name, "line": line(node), "fields": fields})
    else:
        fact["types"][name] = [declared.type, type_of(declared)]


def _field(node: Node) -> Iterator[Fact]:
    """Yield the fields that a line declares, with what GORM is told of them."""
    of = node.child_by_field_name("type")
    tag = node.child_by_field_name("tag")
    written_tag = unquoted(tag) if tag is not None else ""
    match, older = _TAG.search(written_tag), _OLDER_TAG.search(written_tag)
    names = [text(name) for name in node.children_by_field_name("name")]
    written = text(of)[:200]
    pointer = written.startswith("*") or any(one.type == "*" for one in node.children)
    row: Fact = {
        "type": written.lstrip("*"), "of": type_of(of), "pointer": pointer,
        "tag": match[1] if match else None, "older": older[1] if older else None,
        "line": line(node), "embedded": not names,
    }  # fmt: skip
    if not names and row["of"] and row["of"][0] == "t":
        names = [row["of"][2]]
    for name in names:
        yield {**row, "name": name}


def _add_method(method: Node, fact: Fact) -> None:
    called = text(method.child_by_field_name("name"))
    if called not in {"TableName", "Value", "Scan", "GormDataType"}:
        return
    receiver = method.child_by_field_name("receiver")
    declared = [type_of(one.child_by_field_name("type"))
                for one in (receiver.named_children if receiver is not None else ())]  # fmt: skip
    of = declared[0][2] if declared and declared[0] and declared[0][0] == "t" else None
    if of is None:
        return
    if called == "TableName":
        fact["tables"][of] = _returned(method.child_by_field_name("body"))
    else:
        fact["valuers"].append(of)


def _returned(body: Node | None) -> list[str] | None:
    """Return what a method of one statement returns: a text, or the name of a constant."""
    statements = [one for one in (body.named_children if body is not None else ())
                  if one.type != "comment"]  # fmt: skip
    if len(statements) == 1 and statements[0].type == "statement_list":
        statements = [one for one in statements[0].named_children if one.type != "comment"]
    if len(statements) != 1 or statements[0].type != "return_statement":
        return None
    values = statements[0].named_children[0].named_children if statements[0].named_children else []
    if len(values) != 1:
        return None
    if values[0].type.endswith("string_literal"):
        return ["s", unquoted(values[0])]
    is_name = values[0].type in {"identifier", "selector_expression"}
    return ["n", text(values[0])] if is_name else None


def _add_call(call: Node, fact: Fact) -> None:
    """Keep the types that `AutoMigrate(&User{}, new(Post))` names, None for any other argument."""
    function = call.child_by_field_name("function")
    if function is None or text(function.child_by_field_name("field")) not in _MIGRATES:
        return
    listed = call.child_by_field_name("arguments")
    for argument in listed.named_children if listed is not None else ():
        if argument.type != "comment":
            fact["migrated"].append([_type_made(argument), line(argument)])


def _add_list(node: Node, fact: Fact) -> None:
    """Keep the types of a list of models, `[]any{&User{}, &Post{}}`."""
    of = node.child_by_field_name("type")
    is_slice = of is not None and of.type == "slice_type"
    element = of.child_by_field_name("element") if of is not None and is_slice else None
    if element is None or text(element).replace(" ", "") not in {"interface{}", "any"}:
        return
    body = node.child_by_field_name("body")
    inner = [one.named_children[0] for one in (body.named_children if body is not None else ())
             if one.type == "literal_element" and one.named_children]  # fmt: skip
    made = [_type_made(one) for one in inner]
    if made and all(one and one[0] == "t" for one in made):
        fact["lists"] += made[:_MOST_MIGRATED]


def _type_made(node: Node) -> Any:
    if node.type == "unary_expression":
        operand = node.child_by_field_name("operand")
        return _type_made(operand) if operand is not None else None
    if node.type == "composite_literal":
        return type_of(node.child_by_field_name("type"))
    if node.type == "call_expression" and text(node.child_by_field_name("function")) == "new":
        arguments = node.child_by_field_name("arguments")
        inner = arguments.named_children if arguments is not None else []
        return type_of(inner[0]) if inner else None
    return None

"""What a script says of Mongoose: its schemas, its models, what is done to a schema later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.syntax import captures, line, text
from workers.survey.tables import script_source
from workers.survey.tables.expressions import (
    argument,
    name_of,
    named,
    string,
    substituted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

WORD = b"ongoose"
_QUERY = """
[(variable_declarator) (assignment_expression) (export_statement)] @made
(import_statement) @import
[(call_expression) (new_expression)] @call
"""
# Methods of a schema that add paths, or may.
_ADDING = frozenset({"plugin", "add", "discriminator", "remove", "pick", "omit"})
_MOST = 2_000

# {"schemas": {variable: call}, "models": [[name, schema, collection, line]], "indexes":
#  [[variable, fields, options]], "changed": [variable], "imports": {local: [module, name]}}
Fact = dict[str, Any]


def facts(language: str, root: Node, source: bytes, constants: Mapping[str, str]) -> Fact | None:
    """Return the schemas and models of a file, None where it knows nothing of Mongoose."""
    if WORD not in source:
        return None
    fact: Fact = {"schemas": {}, "models": [], "indexes": [], "changed": [], "imports": {}}
    for kind, node in captures(language, _QUERY, root):
        if kind == "import":
            _import(node, fact)
        elif kind == "made":
            _made(node, fact, constants)
        elif len(fact["models"]) < _MOST:
            _called(node, fact, constants)
    return fact if any(fact[key] for key in ("schemas", "models")) else None


def _import(node: Node, fact: Fact) -> None:
    module = text(node.child_by_field_name("source")).strip("'\"")
    if not module.startswith((".", "@/", "~/", "#")):
        return
    for clause in node.named_children:
        for child in clause.named_children if clause.type == "import_clause" else ():
            if child.type == "identifier":
                fact["imports"][text(child)] = [module, "default"]
            for specifier in child.named_children if child.type == "named_imports" else ():
                name = text(specifier.child_by_field_name("name"))
                alias = text(specifier.child_by_field_name("alias")) or name
                fact["imports"][alias] = [module, name]


def _is_schema(node: Node | None) -> bool:
    if node is None or node.type not in {"call_expression", "new_expression"}:
        return False
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    return text(function)[-60:].rpartition(".")[2] == "Schema"


def _made(node: Node, fact: Fact, constants: Mapping[str, str]) -> None:
    """Take up `const userSchema = new Schema(...)`, `export default new Schema(...)`."""
    value = node.child_by_field_name("value") or node.child_by_field_name("right")
    while value is not None and value.type in script_source.INNER and value.named_children:
        value = value.named_children[0]
    place = node.child_by_field_name("name") or node.child_by_field_name("left")
    name = text(place)[-100:].rpartition(".")[2] if place is not None else "default"
    name = "default" if name == "exports" else name
    if value is None:
        return
    if _is_schema(value):
        fact["schemas"][name] = substituted(script_source.call(value), constants)
    elif value.type == "identifier" and name == "default":
        fact["imports"].setdefault("default", ["", text(value)])
    elif value.type == "call_expression":
        _returned(name, value, fact)


def _returned(name: str, call: Node, fact: Fact) -> None:
    """Take up what `SchemaFactory.createForClass(Cat)` and `require("./user.schema")` return."""
    method = _callee(call)[1]
    listed = call.child_by_field_name("arguments")
    first = text(listed.named_children[0])[:200] if listed and listed.named_children else ""
    if method == "createForClass":
        fact["schemas"][name] = {"class": first}
    elif method == "require" and first.strip("'\"").startswith("."):
        fact["imports"][name] = [first.strip("'\""), "default"]


def _callee(node: Node) -> tuple[str, str]:
    """Return what a call's method is called on, and the method."""
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    if function is None or function.end_byte - function.start_byte > 200:
        return "", ""
    owner, _, method = text(function).rpartition(".")
    return owner, method


def _called(node: Node, fact: Fact, constants: Mapping[str, str]) -> None:
    owner, method = _callee(node)
    if method == "model":
        call = substituted(script_source.call(node), constants)
        name, schema = argument(call, 0), argument(call, 1)
        if isinstance(name, str) and schema is not None:
            fact["models"].append([name, schema, string(argument(call, 2)), line(node)])
    elif method in {"forFeature", "forRoot"} and "Mongoose" in owner:
        for feature in argument(script_source.call(node), 0) or ():
            options = named(feature)
            name = string(options.get("name")) or name_of(options.get("name")).partition(".")[0]
            if name:
                collected = string(options.get("collection"))
                fact["models"].append([name, options.get("schema"), collected, line(node)])
    elif method == "index":
        call = script_source.call(node)
        fields = named(argument(call, 0))
        fact["indexes"].append(
            [owner, list(fields), named(argument(call, 1)).get("unique") is True]
        )
    elif method in _ADDING:
        fact["changed"].append(owner)

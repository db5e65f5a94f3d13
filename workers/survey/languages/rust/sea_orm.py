"""Entities of SeaORM: a struct `Model` with its table, columns and relations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.rust.macros import parts
from workers.survey.syntax import NESTING, line, parse, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_OF_ATTRIBUTE = lazy_pattern(r"^#\[\s{0,9}sea_orm\s{0,9}\((.*)\)\s{0,9}\]$", 16)
_ENTRY = lazy_pattern(r'^(\w{1,60})\s{0,9}(?:=\s{0,9}(?:"([^"]*)"|(.*)))?$', 16)
_RELATED = lazy_pattern(r"^(?:HasMany|HasOne|BelongsTo|Option<HasOne)\b")
_OPTION = lazy_pattern(r"^(?:std::option::)?Option\s{0,9}<(.*)>$", 16)


def entities(source: bytes) -> Iterator[dict[str, Any]]:
    """Yield the entities of a file; raises TooSlow."""
    waiting: list[tuple[Node, str, int]] = [(parse("rust", source).root_node, "", 0)]
    models: dict[str, dict[str, Any]] = {}
    relations: dict[str, list[dict[str, str]]] = {}
    while waiting:
        node, module, depth = waiting.pop()
        attributes: list[str] = []
        for child in node.named_children:
            if child.type == "attribute_item":
                attributes.append(text(child))
                continue
            if child.type in {"line_comment", "block_comment"}:
                continue
            own, attributes = _options(attributes), []
            body = child.child_by_field_name("body")
            if child.type == "mod_item" and body is not None and depth < NESTING:
                name = text(child.child_by_field_name("name"))
                waiting.append((body, f"{module}::{name}" if module else name, depth + 1))
            elif child.type == "struct_item" and "table_name" in own and body is not None:
                models[module] = _model(child, body, own, module)
            elif child.type == "enum_item" and body is not None:
                relations.setdefault(module, []).extend(_relations(body))
    for module, model in models.items():
        yield {**model, "relations": [*model["relations"], *relations.get(module, [])]}


def _options(attributes: list[str]) -> dict[str, str]:
    """Return what attributes of SeaORM say: `#[sea_orm(primary_key, column_name = "x")]`."""
    options: dict[str, str] = {}
    for written in attributes:
        match = _OF_ATTRIBUTE.match(written)
        for part in parts(match[1]) if match else ():
            entry = _ENTRY.match(part)
            if entry:
                options[entry[1]] = entry[2] if entry[2] is not None else entry[3] or ""
    return options


def _model(node: Node, body: Node, own: dict[str, str], module: str) -> dict[str, Any]:
    columns: list[list[Any]] = []
    related: list[dict[str, str]] = []
    attributes: list[str] = []
    for child in body.named_children:
        if child.type == "attribute_item":
            attributes.append(text(child))
        elif child.type == "field_declaration":
            options, attributes = _options(attributes), []
            kind = " ".join(text(child.child_by_field_name("type")).split())
            if "ignore" in options:
                continue
            if _RELATED.match(kind):
                if "from" in options and "belongs_to" in options:
                    related.append({**options, "belongs_to": options["belongs_to"] or kind})
                continue
            name = text(child.child_by_field_name("name")).removeprefix("r#")
            columns.append([name, kind, options])
    return {
        "table": own["table_name"], "schema": own.get("schema_name", ""), "line": line(node),
        "rename": own.get("rename_all", ""), "module": module, "columns": columns,
        "relations": related,
    }  # fmt: skip


def _relations(body: Node) -> Iterator[dict[str, str]]:
    attributes: list[str] = []
    for child in body.named_children:
        if child.type == "attribute_item":
            attributes.append(text(child))
        elif child.type == "enum_variant":
            own = [text(one) for one in child.named_children if one.type == "attribute_item"]
            options, attributes = _options([*attributes, *own]), []
            if options.get("belongs_to") and "from" in options:
                yield options


def column(name: str, kind: str, options: dict[str, str], rename: str) -> dict[str, Any]:
    """Return a column of a field."""
    option = _OPTION.match(kind)
    own = options.get("column_name") or (_camel(name) if rename == "camelCase" else name)
    return {
        "name": own,
        "type": options.get("column_type") or (option[1].strip() if option else kind),
        "nullable": bool(option) or "nullable" in options,
        "primary_key": "primary_key" in options,
        "unique": "unique" in options,
        "default": options.get("default_value"),
    }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)

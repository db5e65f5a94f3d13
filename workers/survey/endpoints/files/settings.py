"""What the configuration of a framework says of folders and of what stands before all paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.syntax import captures, text

if TYPE_CHECKING:
    from tree_sitter import Node

_KEYS = frozenset(
    "basePath pageExtensions srcDir serverDir app.baseURL baseURL kit.files.routes"
    " kit.paths.base base basename appDirectory".split()
)
_WORDS = frozenset(key.rpartition(".")[2].encode() for key in _KEYS) | {b"remix-flat-routes"}
_OF_PLUGINS = frozenset({"basename"})  # given to the plugin of a bundler
_DEEP = 8
_LONGEST = 2_000
_AROUND = {
    "as_expression", "satisfies_expression", "parenthesized_expression", "non_null_expression",
}  # fmt: skip

# A text, the texts of a list, or None for what is not known.
Setting = str | list[str] | None


def concerns(source: bytes) -> bool:
    """Tell whether a configuration may hold a setting that counts."""
    return any(word in source for word in _WORDS)


def settings_of(language: str, root: Node) -> dict[str, Setting]:
    """Return the settings of a configuration, by the names of the objects round them."""
    constants = _constants(root)
    known: dict[str, Setting] = {}
    query = "[(pair) (shorthand_property_identifier) (assignment_expression)] @set"
    for _, node in captures(language, query, root):
        key, value = _key(node), _value(node)
        if key in _KEYS and key not in known and (key in _OF_PLUGINS or not _is_within(node)):
            known[key] = _setting(value, constants)
    return known


def _key(node: Node) -> str:
    """Return the key of a setting with those of the objects that it lies in."""
    if node.type == "assignment_expression":
        return text(node.child_by_field_name("left"))[:_LONGEST].rpartition(".")[2]
    names: list[str] = []
    at: Node | None = node
    for _ in range(_DEEP):
        if at is None or at.type not in {"pair", "shorthand_property_identifier"}:
            break
        names.append(text(at.child_by_field_name("key") or at)[:100].strip("'\""))
        above = at.parent.parent if at.parent is not None else None
        at = above
    return ".".join(reversed(names))


def _is_within(node: Node) -> bool:
    """Tell whether a setting's objects are part of another one's list, a rewrite or a plugin."""
    above = node.parent
    while above is not None and above.type in {"object", "pair"}:
        above = above.parent
    while above is not None:
        if above.type in {"array", "pair"}:
            return True
        above = above.parent
    return False


def _value(node: Node) -> Node | None:
    if node.type == "shorthand_property_identifier":
        return node
    return node.child_by_field_name("value") or node.child_by_field_name("right")


def _setting(value: Node | None, constants: dict[str, Node]) -> Setting:
    for _ in range(_DEEP):
        if value is None:
            return None
        if value.type in {"identifier", "shorthand_property_identifier"}:
            if text(value) == "undefined":
                return ""
            value = constants.get(text(value))
        elif value.type in _AROUND and value.named_children:
            value = value.named_children[0]
        elif value.type == "binary_expression":  # an environment's, or else what stands there
            sign = text(value.child_by_field_name("operator"))
            left = value.child_by_field_name("left")
            if sign not in {"||", "??"} or "env" not in text(left)[:_LONGEST]:
                return None
            value = value.child_by_field_name("right")
        elif value.type == "ternary_expression":
            if "env" not in text(value.child_by_field_name("condition"))[:_LONGEST]:
                return None
            value = value.child_by_field_name("alternative")
        else:
            break
    return _literal(value)


def _literal(value: Node | None) -> Setting:
    if value is None:
        return None
    if value.type in {"undefined", "null"}:
        return ""
    if value.type == "string":
        return text(value)[1:-1]
    if value.type == "template_string":
        parts = [child.type for child in value.named_children]
        return text(value)[1:-1] if "template_substitution" not in parts else None
    if value.type == "array":
        texts = [_literal(child) for child in value.named_children if child.type != "comment"]
        return [one for one in texts if isinstance(one, str)] if None not in texts else None
    return None


def _constants(root: Node) -> dict[str, Node]:
    """Return what the constants of a module are."""
    named: dict[str, Node] = {}
    for node in root.named_children:
        declared = node.child_by_field_name("declaration") or node
        if declared.type in {"lexical_declaration", "variable_declaration"}:
            for declarator in declared.named_children:
                value = declarator.child_by_field_name("value")
                if value is not None:
                    named[text(declarator.child_by_field_name("name"))[:100]] = value
    return named

"""JavaScript and TypeScript as trees: what a script declares, imports and exports by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node, Tree

SCRIPT_BYTES = 1_000_000
_DEEPEST = 400
_WIDEST = 2_000  # nodes side by side in a file with errors
_WRAPPED = frozenset(
    "parenthesized_expression as_expression satisfies_expression non_null_expression"
    " await_expression parenthesized_type readonly_type".split()
)
FUNCTIONS = frozenset(
    "arrow_function function_expression function function_declaration generator_function"
    " generator_function_declaration".split()
)
CLASSES = frozenset({"class_declaration", "class", "abstract_class_declaration"})
_TYPED_TEMPLATE = lazy_pattern(r"(?<=[\w)])<(?:[^<>`=]|=>){1,600}>(?=`)")
_TYPES = frozenset({"interface_declaration", "type_alias_declaration"})


class Import(NamedTuple):
    """What a local name stands for: a name of a module, `default`, or `*`."""

    module: str
    name: str
    line: int


class Script(NamedTuple):
    """A script by names.

    - `declared`: the nodes that declare a name, anywhere in it: a function, a class, a variable's
      declarator, an assignment to a member (`Card.Header = ...`)
    - `types`: interfaces and aliases
    - `exported`: the exported names, each with the local one, "" for one of another module
    - `default`: what is exported by default and has no name
    - `stars`: whether all that some module exports is handed on
    - `whole`: whether all of it was understood as a tree
    """

    root: Node
    declared: dict[str, list[Node]]
    types: dict[str, list[Node]]
    imports: dict[str, Import]
    exported: dict[str, str]
    default: Node | None
    stars: bool
    whole: bool


def tree_of(language: str, text: str) -> Node | None:
    """Return the root of a script's tree, None of one that is too large or takes too long."""
    # `styled.div<{ $wide: boolean }>` with a template behind it is beyond the grammar.
    bare = _TYPED_TEMPLATE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    source = bare.encode("utf-8", "replace")
    if len(source) > SCRIPT_BYTES:
        return None
    try:
        tree = syntax.parse(language, source)
    except syntax.TooSlow:
        return None
    root = tree.root_node
    is_strewn = root.has_error and root.child_count > _WIDEST
    return None if is_strewn or _is_deep(tree) else root


def _is_deep(tree: Tree) -> bool:
    """Tell whether nodes stand in each other deeper than in any code; a parent is looked for."""
    cursor, depth = tree.walk(), 0
    while depth <= _DEEPEST:
        if cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return False
            depth -= 1
    return True


def read_script(root: Node) -> Script:
    """Return what a script declares, imports and exports."""
    script = Script(root, {}, {}, {}, {}, None, stars=False, whole=_is_whole(root))
    for node in inside(root):
        if node.type == "import_statement":
            _take_imports(node, script.imports)
        elif node.type == "export_statement":
            script = _take_export(node, script)
        elif node.type in _TYPES:
            script.types.setdefault(name_of(node), []).append(node)
        else:
            name = _declared_name(node)
            if name:
                script.declared.setdefault(name, []).append(node)
    return script


def _is_whole(root: Node) -> bool:
    """Tell whether a tree has no errors but a bare `&` in the text of markup."""
    waiting = [root] if root.has_error else []
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            parent = node.parent
            in_markup = parent is not None and parent.type.startswith("jsx")
            if not in_markup or syntax.text(node).strip() != "&":
                return False
        waiting += [child for child in node.children if child.has_error or child.is_missing]
    return True


def _declared_name(node: Node) -> str:
    kind = node.type
    if kind in FUNCTIONS | CLASSES:
        return name_of(node)
    if kind == "variable_declarator":
        named = node.child_by_field_name("name")
        return syntax.text(named) if named is not None and named.type == "identifier" else ""
    if kind == "assignment_expression":
        left = node.child_by_field_name("left")
        return syntax.text(left) if left is not None and len(left.text or b"") < 200 else ""
    return ""


def _take_imports(statement: Node, imports: dict[str, Import]) -> None:
    module = literal(statement.child_by_field_name("source")) or ""
    line = syntax.line(statement)
    for node in inside(statement):
        if node.type == "import_specifier":
            name = name_of(node)
            local = syntax.text(node.child_by_field_name("alias")) or name
            imports[local] = Import(module, name, line)
        elif node.type == "namespace_import":
            imports[syntax.text(node.named_children[0])] = Import(module, "*", line)
        elif node.type == "import_clause":
            for child in node.named_children:
                if child.type == "identifier":
                    imports[syntax.text(child)] = Import(module, "default", line)


def _take_export(statement: Node, script: Script) -> Script:
    is_default = any(child.type == "default" for child in statement.children)
    from_module = statement.child_by_field_name("source") is not None
    value = statement.child_by_field_name("value")
    declaration = statement.child_by_field_name("declaration")
    if from_module and not any(child.type == "export_clause" for child in statement.children):
        return script._replace(stars=True)
    for node in inside(statement, lambda inner: inner.type == "export_clause"):
        if node.type == "export_specifier":
            local = name_of(node)
            alias = syntax.text(node.child_by_field_name("alias")) or local
            script.exported[alias] = "" if from_module else local
    if not is_default:
        return script
    shown = unwrapped(value) if value is not None else declaration
    if shown is not None and shown.type == "identifier":
        script.exported["default"] = syntax.text(shown)
        return script
    if shown is not None and _declared_name(shown):
        script.exported["default"] = _declared_name(shown)
    return script._replace(default=shown)


def inside(root: Node, enter: Callable[[Node], bool] = lambda _node: True) -> Iterator[Node]:
    """Yield what stands below a node in the order of the source; `enter` says below which."""
    waiting = [*reversed(root.named_children)]
    while waiting:
        node = waiting.pop()
        yield node
        if enter(node):
            waiting.extend(reversed(node.named_children))


def above(node: Node) -> Iterator[Node]:
    """Yield the nodes that a node stands in, the nearest first."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def name_of(node: Node) -> str:
    """Return the text of a node's name."""
    return syntax.text(node.child_by_field_name("name"))


def unwrapped(node: Node | None) -> Node | None:
    """Return an expression without parentheses, casts and assertions."""
    while node is not None and node.type in _WRAPPED and node.named_children:
        node = node.named_children[0]
    return node


def literal(node: Node | None) -> str | None:
    """Return what a string says that holds no expression, None for anything else."""
    node = unwrapped(node)
    if node is None or node.type not in {"string", "template_string"}:
        return None
    if any(child.type == "template_substitution" for child in node.named_children):
        return None
    return syntax.text(node)[1:-1]


def pairs(node: Node) -> Iterator[tuple[str, Node, Node]]:
    """Yield name, node and value of what an object literal says; of a method the method itself."""
    for child in node.named_children:
        if child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                yield literal(key) or syntax.text(key), child, value
        elif child.type == "method_definition":
            yield name_of(child), child, child
        elif child.type == "shorthand_property_identifier":
            yield syntax.text(child), child, child


def is_open(node: Node) -> bool:
    """Tell whether an object or array holds what another one does, or names that are computed."""
    return any(
        child.type == "spread_element" or _is_computed(child) for child in node.named_children
    )


def _is_computed(pair: Node) -> bool:
    key = pair.child_by_field_name("key") if pair.type == "pair" else None
    return key is not None and key.type == "computed_property_name"


def called(call: Node) -> str:
    """Return the name of what is called, with what stands before its point: `React.memo`."""
    function = call.child_by_field_name("function") if call.type == "call_expression" else None
    text = syntax.text(function)
    return text if len(text) < 200 else ""


def arguments(call: Node) -> list[Node]:
    """Return the arguments of a call, without comments."""
    listed = call.child_by_field_name("arguments")
    nodes = listed.named_children if listed is not None else []
    return [node for node in nodes if node.type != "comment"]

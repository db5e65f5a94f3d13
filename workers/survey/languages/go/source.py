"""What one file of Go says that routes can depend on, as facts.

- `["module", path]`, `["imports", {name: path}]`, `["assigned", [name, ...]]`
- `["value", name, type, value, line]`: a constant or a variable of the package
- `["type", name, type]`
- `["func", name, receiver type, receiver, parameters, results, body, line]`
- `["looks", [line, ...]]`: calls that read as routes, whatever they are called on
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey import syntax
from workers.survey.languages.go.expressions import takes_requests
from workers.survey.languages.go.statements import Statement, Statements, specifications
from workers.survey.languages.go.types import Type, parameters, type_of
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

Fact = list[Any]
# Words of a function that may have to do with routes; a short one is kept whatever it says.
_MATTERS = lazy_pattern(
    rb'"/|`/|[Rr]oute|[Mm]ux|\b[Ee]cho\b|\bgin\.|\bfiber\.|\bchi\.|Group\(|Handle|Listen|Serve'
    rb"|Mount\(|[Rr]egist|[Ss]etup|[Ii]nit|\.(?:GET|POST|PUT|PATCH|DELETE)\("
)
_SHORT = 600
_ROUTERS = frozenset({"gin", "echo", "chi", "fiber", "mux", "httprouter", "router"})
# What takes a part of the path off a request before a router sees it, by a function of its own.
_REWRITES = lazy_pattern(rb"(?<!http\.)(?<!func )\b[Ss]tripPrefix\(")
_VERBS = "GET|POST|PUT|PATCH|DELETE|Get|Post|Put|Patch|Delete|Any|All|HandleFunc|Handle"
_ROUTE = lazy_pattern(
    (r"\.(?:" + _VERBS + r')\(\s{0,40}"(?:[A-Z]{3,7} )?/[^"\n]{0,200}",').encode()
)
_CLIENT = lazy_pattern(rb"\s{0,40}(?:[&\"`0-9]|nil\b|ctx\b|map\[|\[\]|bytes\.|strings\.)")
_MODULE = lazy_pattern(r"^module\s+\"?([^\s\"]{1,300})", 8)  # of each line
_VERSION = lazy_pattern(r"^v\d{1,4}$")


def module_facts(source: bytes) -> list[Fact]:
    """Return the path that go.mod gives the packages below it."""
    match = _MODULE.search(source.decode("utf-8", "replace"))
    return [["module", match[1]]] if match else []


def facts_of(source: bytes) -> list[Fact]:
    """Return what a file says; raises TooSlow."""
    root = syntax.parse("go", source).root_node
    reader = Statements()
    facts: list[Fact] = [["imports", imports_of(root)]]
    for node in root.named_children:
        if node.type in {"const_declaration", "var_declaration"}:
            facts += _values(node, reader)
        elif node.type == "type_declaration":
            facts += _types(node)
        elif node.type in {"function_declaration", "method_declaration"}:
            facts.append(_function(node, reader))
    facts.append(["assigned", sorted(reader.assigned)])
    if _REWRITES.search(source):
        facts.append(["rewrites"])
    looks = _looks(source, root)
    return [*facts, ["looks", looks]] if looks else facts


def declarations_of(source: bytes) -> list[Fact]:
    """Return the types of a file and its constants that are texts; raises TooSlow."""
    root = syntax.parse("go", source).root_node
    reader = Statements()
    facts: list[Fact] = []
    for node in root.named_children:
        if node.type == "const_declaration":
            facts += [row for row in _values(node, reader) if row[3] and row[3][0] in {"s", "+"}]
        elif node.type == "type_declaration":
            facts += _types(node)
    return [["imports", imports_of(root)], *facts] if facts else []


def _looks(source: bytes, root: Node) -> list[int]:
    """Return the lines of calls that read as routes: a verb, a path and a handler."""
    starts = [match.start() for match in _ROUTE.finditer(source)
              if not _CLIENT.match(source, match.end())]  # fmt: skip
    if not starts:
        return []
    comments = [(node.start_byte, node.end_byte) for _, node in _comments(root)]
    lines: list[int] = []
    at, number = 0, 1
    for start in starts:
        number += source.count(b"\n", at, start)
        at = start
        place = bisect_right(comments, (start, len(source))) - 1
        if place < 0 or comments[place][1] <= start:
            lines.append(number)
    return lines


def _comments(root: Node) -> Iterator[tuple[str, Node]]:
    return syntax.captures("go", "(comment) @comment", root)


def imports_of(root: Node) -> dict[str, str]:
    """Return the paths of imported packages by the names that they have in the file."""
    imports: dict[str, str] = {}
    for declaration in root.named_children:
        if declaration.type != "import_declaration":
            continue
        listed = [one for one in declaration.named_children if one.type == "import_spec_list"]
        for spec in listed[0].named_children if listed else declaration.named_children:
            path = text(spec.child_by_field_name("path"))[1:-1]
            name = spec.child_by_field_name("name")
            if path:
                imports[text(name) if name is not None else package_name(path)] = path
    return imports


def package_name(path: str) -> str:
    """Return what a package is called by convention: the last part of its path, no version."""
    parts = path.split("/")
    if len(parts) > 1 and _VERSION.match(parts[-1]):
        parts.pop()
    name = parts[-1].split(".v", maxsplit=1)[0]
    return name.removeprefix("go-").removesuffix("-go").replace("-", "_")


def _values(node: Node, reader: Statements) -> Iterator[Fact]:
    for declared in specifications(node):
        names = [text(name) for name in declared.children_by_field_name("name")]
        listed = declared.child_by_field_name("value")
        of = type_of(declared.child_by_field_name("type"))
        nodes = [one for one in listed.named_children if one.type != "comment"] if listed else []
        values = [reader.expression(one) for one in nodes]
        for position, name in enumerate(names):
            value = values[position] if position < len(values) else None
            if name != "_" and (value is not None or of is not None):
                yield ["value", name, of, value, line(declared)]


def _types(node: Node) -> Iterator[Fact]:
    for declared in node.named_children:
        if declared.type in {"type_spec", "type_alias"}:
            of = type_of(declared.child_by_field_name("type"))
            if of is not None:
                yield ["type", text(declared.child_by_field_name("name")), of]


def _function(node: Node, reader: Statements) -> Fact:
    declared = parameters(node.child_by_field_name("parameters"))
    body: list[Statement] | None = None
    block = node.child_by_field_name("body")
    name = text(node.child_by_field_name("name"))
    if block is not None and _is_kept(name, declared, block.text or b""):
        body = reader.block(block)
    receiver, of = _receiver(node)
    return [
        "func", name, of, receiver, [list(one) for one in declared],
        _results(node.child_by_field_name("result")), body, line(node),
    ]  # fmt: skip


def _is_kept(name: str, declared: list[tuple[str, Type | None]], source: bytes) -> bool:
    """Tell whether the body of a function may have to do with routes."""
    if takes_requests(declared):
        # What hands requests on with a part of the path taken off says where routers hang.
        return name == "ServeHTTP" and b"StripPrefix(" in source
    if len(source) < _SHORT or name in {"main", "init"}:
        return True
    is_given_router = any(of and of[0] == "t" and of[1] in _ROUTERS for _, of in declared)
    return is_given_router or _MATTERS.search(source) is not None


def _receiver(node: Node) -> tuple[str | None, str | None]:
    listed = parameters(node.child_by_field_name("receiver"))
    if not listed or listed[0][1] is None or listed[0][1][0] != "t":
        return None, None
    return listed[0][0], listed[0][1][2]


def _results(node: Node | None) -> list[Any]:
    """Return the names and types of what a function returns."""
    if node is None:
        return []
    if node.type == "parameter_list":
        return [list(one) for one in parameters(node)]
    of: Type | None = type_of(node)
    return [["", of]]

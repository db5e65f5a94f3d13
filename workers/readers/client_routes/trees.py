"""Client routes that code declares: `<Route path>`, and lists of objects with a `path`.

The objects are those of React Router, Vue Router, Solid Router and Angular; an object is a route
if, beside its path, it says what is shown there or what lies below. What stands before the
outermost one is known only where it is given to the router itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.readers.client_routes.route import ClientRoute, ClientRoutes
from workers.readers.scripts import above, called, inside, is_open, literal, name_of, pairs
from workers.readers.unread import Unread
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from workers.readers.scripts import Script

ROUTERS = lazy_pattern(
    r"['\"](?:react-router(?:-dom|-native)?|@remix-run/router|vue-router|nuxt|#imports|wouter"
    r"|@solidjs/router|@angular/router|preact-router|preact-iso|react-router-dom-v5-compat"
    r"|@tanstack/(?:react|vue|solid)-router|vite-plugin-pages|@ionic/(?:react|vue)-router"
    r"|@generouted/[\w-]{1,40})(?:/[\w/-]{1,40})?['\"]"
)
_SHOWS = frozenset(
    "element component Component components lazy loadComponent loadChildren render children"
    " redirect redirectTo children loader errorElement ErrorBoundary".split()
)
_GIVES = ("element", "component", "Component", "components", "lazy", "loadComponent", "render")
_TOPS = frozenset(
    "createBrowserRouter createHashRouter createMemoryRouter useRoutes createRouter VueRouter"
    " RouterModule.forRoot provideRouter Router".split()
)
_GUARDS = lazy_pattern(
    r"(?:Require|Protect|Private|Auth|Guard|Secure|LoggedIn|SignedIn)\w{0,40}|\w{0,40}"
    r"(?:Protected|Private|Authenticated|AuthRequired|Guarded)(?:Route|Layout|Page|Outlet)?"
    r"|\w{1,40}(?:AuthGuard|RouteGuard|RequireAuth)"
)
_NO_GUARD = lazy_pattern(r"Guest|Public|Anonymous|Unauth|NotAuth|NoAuth|LoggedOut|SignedOut|Author")
_META = lazy_pattern(
    r"\b(?:requiresAuth|requireAuth|authRequired|needsAuth|auth|isPrivate|protected)"
    r"['\"]?\s*:\s*true\b"
)
_NAME = lazy_pattern(r"[A-Z][\w$]{0,100}")
_TAGS = frozenset("Route PrivateRoute ProtectedRoute AuthRoute PublicRoute GuardedRoute".split())
_FILE_ROUTE = frozenset({"createFileRoute", "createLazyFileRoute"})


def read_routes(script: Script) -> ClientRoutes:
    """Return the client routes of a script that uses a router."""
    if ROUTERS.search(syntax.text(script.root)) is None:
        return ClientRoutes()
    routes: list[ClientRoute] = []
    unread = [] if script.whole else [Unread("parts of it are no code that is understood")]
    for node in inside(script.root):
        read_in = None
        if node.type in {"jsx_self_closing_element", "jsx_opening_element"}:
            read_in = _of_tag(node, script)
        elif node.type == "object":
            read_in = _of_object(node, script)
        elif node.type == "call_expression" and called(node) in _FILE_ROUTE:
            read_in = _of_file_route(node)
        if isinstance(read_in, Unread):
            unread.append(read_in)
        elif read_in is not None:
            routes.append(read_in)
    modules = tuple((name, imported.module) for name, imported in script.imports.items())
    lazy = tuple(_lazy_imports(script))
    return ClientRoutes(tuple(routes), tuple(unread), (*modules, *lazy))


def _lazy_imports(script: Script) -> Iterator[tuple[str, str]]:
    """Yield names that stand for a module which is loaded when it is shown."""
    for name, nodes in script.declared.items():
        for node in nodes:
            value = node.child_by_field_name("value")
            module = _imported(value) if value is not None else None
            if module:
                yield name, module


def _imported(value: Node) -> str | None:
    """Return the module that an expression imports when it runs, None for none."""
    if len(value.text or b"") > 1000:
        return None
    for node in (value, *inside(value)):
        function = node.child_by_field_name("function") if node.type == "call_expression" else None
        if function is not None and function.type == "import":
            listed = node.child_by_field_name("arguments")
            return literal(listed.named_children[0]) if listed and listed.named_children else None
    return None


# Tags


def _attributes(tag: Node) -> dict[str, Node | None]:
    """Return the attributes of a tag; `...` where some are spread into it."""
    known: dict[str, Node | None] = {}
    for child in tag.named_children:
        if child.type == "jsx_attribute":
            name, *value = child.named_children
            known[syntax.text(name)] = value[0] if value else None
        elif child.type == "jsx_expression":
            known["..."] = child
    return known


def _text(value: Node | None) -> str | None:
    """Return the text of an attribute, None where it is computed."""
    if value is not None and value.type == "jsx_expression":
        value = value.named_children[0] if value.named_children else None
    return literal(value)


def _is_route_tag(tag: Node) -> bool:
    return name_of(tag) in _TAGS


def _of_tag(tag: Node, script: Script) -> ClientRoute | Unread | None:
    if not _is_route_tag(tag):
        return None
    known = _attributes(tag)
    line = syntax.line(tag)
    element = tag.parent if tag.type == "jsx_opening_element" else tag
    if element is None or "..." in known:
        return Unread("attributes are spread into a route", line)
    if "path" not in known and "index" not in known:
        return None  # a layout, or what is shown for want of a page
    own = _own_path(known)
    outer = _outer_tags(element)
    if own is None or outer is None:
        return Unread("the path of a route is computed", line)
    names = _shown_by(tag, element, known, script)
    guards = [name for name in (*names, name_of(tag), *_tags_above(element)) if _is_guard(name)]
    return ClientRoute(
        _joined([*outer, own]), line, tag.end_point.row + 1, "react-router", names,
        whole=False, guard=guards[0] if guards else "",
    )  # fmt: skip


def _shown_by(
    tag: Node, element: Node, known: dict[str, Node | None], script: Script
) -> tuple[str, ...]:
    """Return the names of what a route shows: by an attribute, else what stands inside it."""
    shown = [node for name in _GIVES if (node := known.get(name)) is not None]
    names = _names_of(shown, script)
    if names or tag.type != "jsx_opening_element":
        return names
    inner = [child for child in element.named_children if child != tag]
    return _names_of([child for child in inner if "closing" not in child.type], script)


def _own_path(known: dict[str, Node | None]) -> str | None:
    return _text(known["path"]) if "path" in known else ""


def _outer_tags(element: Node) -> list[str] | None:
    """Return the paths of the routes that a route stands in, None where one is computed."""
    outer: list[str] = []
    for node in above(element):
        opening = node.child_by_field_name("open_tag") if node.type == "jsx_element" else None
        if opening is None or not _is_route_tag(opening):
            continue
        path = _own_path(_attributes(opening))
        if path is None:
            return None
        outer.append(path)
    return outer[::-1]


def _tags_above(element: Node) -> Iterator[str]:
    for node in above(element):
        opening = node.child_by_field_name("open_tag") if node.type == "jsx_element" else None
        if opening is None:
            continue
        yield name_of(opening)
        shown = _attributes(opening).get("element")
        yield from _NAME.findall(syntax.text(shown)[:500]) if shown is not None else ()


# Objects


def _of_object(node: Node, script: Script) -> ClientRoute | Unread | None:
    says = {key: value for key, _, value in pairs(node)}
    if not _is_route_object(says):
        return None
    line, last = syntax.line(node), node.end_point.row + 1
    if is_open(node):
        return Unread("what a route is made of stands elsewhere", line)
    own = literal(says["path"]) if "path" in says else ""
    outer = _outer_objects(node)
    if own is None or outer is None:
        return Unread("the path of a route is computed", line)
    names = _names_of([says[key] for key in _GIVES if key in says], script)
    first_child = says.get("children")
    last = syntax.line(first_child) if first_child is not None else last
    framework = "vue-router" if "vue" in syntax.text(script.root)[:20_000] else "react-router"
    return ClientRoute(
        _joined([*outer[0], own]), line, last, framework, names,
        whole=outer[1], guard=_guard_in(says, names),
    )  # fmt: skip


def _guard_in(says: dict[str, Node], names: tuple[str, ...]) -> str:
    """Return the sign that a route asks who is there: a component, `meta`, `canActivate`."""
    guards = [name for name in names if _is_guard(name)]
    meta = syntax.text(says.get("meta"))
    if "canActivate" in says or _META.search(meta):
        guards.append("canActivate" if "canActivate" in says else "meta")
    return guards[0] if guards else ""


def _is_route_object(says: dict[str, Node]) -> bool:
    if "path" not in says:
        return "index" in says and not _SHOWS.isdisjoint(says)
    return not _SHOWS.isdisjoint(says)


def _outer_objects(node: Node) -> tuple[list[str], bool] | None:
    """Return the paths of the routes that a route stands in, and whether the router has the outer.

    None where one is computed.
    """
    outer: list[str] = []
    for parent in above(node):
        if parent.type == "object":
            says = {key: value for key, _, value in pairs(parent)}
            if "children" not in says or not _is_within(node, says["children"]):
                continue
            path = literal(says["path"]) if "path" in says else ""
            if path is None:
                return None
            outer.append(path)
        elif parent.type in {"call_expression", "new_expression"}:
            name = called(parent) or syntax.text(parent.child_by_field_name("constructor"))
            if name in _TOPS:
                options = syntax.text(parent)[-300:]
                return outer[::-1], "basename" not in options
    return outer[::-1], False


def _is_within(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def _of_file_route(call: Node) -> ClientRoute | None:
    listed = call.child_by_field_name("arguments")
    path = literal(listed.named_children[0]) if listed and listed.named_children else None
    if path is None:
        return None
    parts = [part for part in path.split("/") if part and not part.startswith(("_", "("))]
    outer = call.parent
    says = syntax.text(outer)[:4000] if outer is not None else ""
    named = _COMPONENT.search(says)
    names = (named[1],) if named else ()
    last = (outer or call).end_point.row + 1
    return ClientRoute("/" + "/".join(parts), syntax.line(call), last, "tanstack", names)


_COMPONENT = lazy_pattern(r"\bcomponent:\s*([A-Z][\w$]{0,100})")


def _names_of(values: list[Node], script: Script) -> tuple[str, ...]:
    """Return the names of what is shown, with those of the modules that it is loaded from."""
    names: list[str] = []
    for value in values:
        for node in (value, *inside(value)):
            if node.type in {"identifier", "property_identifier", "type_identifier"}:
                name = syntax.text(node)
                names += [name] if _NAME.fullmatch(name) else []
            elif node.type == "nested_identifier":
                names.append(syntax.text(node))
        module = _imported(value)
        names += [module] if module else []
    for name in [*names]:
        imported = script.imports.get(name)
        names += [imported.name] if imported and imported.name not in {"default", "*"} else []
    return tuple(dict.fromkeys(names))


def _is_guard(name: str) -> bool:
    return _GUARDS.fullmatch(name) is not None and _NO_GUARD.search(name) is None


def _joined(parts: list[str]) -> str:
    path = ""
    for part in parts:
        path = part if part.startswith("/") else f"{path.rstrip('/').removesuffix('/*')}/{part}"
    path = path.rstrip("/") or "/"
    return path if path.startswith("/") else f"/{path}"

"""CherryPy, whose paths are attributes of objects: docs.cherrypy.dev/en/latest/basics.html."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    Instance,
    LibraryObject,
    Value,
)
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import defined_in, methods_of, not_judged
from workers.survey.endpoints.routing import ANY, Route, Router

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Function
    from workers.survey.endpoints.statements import Expression

_VERBS = frozenset("GET POST PUT PATCH DELETE HEAD OPTIONS".split())
_NESTING = 10
_DISPATCHER = "cherrypy.dispatch.MethodDispatcher"


class _Tree(NamedTuple):
    """A tree of objects that is mounted: `by_method` where its methods are called by HTTP's."""

    router: Router
    by_method: bool
    call: Call


def _mount(call: Call) -> Value:
    """Take up `cherrypy.tree.mount(Root(), "/shop", config)` and `cherrypy.quickstart(Root())`."""
    root = call.value(0, "root")
    name = call.text(1, "script_name", default="")
    call.program.understood.add(call.file)
    if not isinstance(root, Instance):
        call.program.lost.add((call.file, call.line))
        return
    above = call.program.router(Router("cherrypy", root=True))
    router = Router("cherrypy")
    above.mount(None if name is None else name.rstrip("/"), router)
    configuration = call.value(2, "config")
    dispatcher = _dispatcher(configuration)
    if dispatcher in {"", _DISPATCHER}:
        mounted = _Tree(router, dispatcher == _DISPATCHER, call)
        call.program.notes.setdefault("cherrypy", []).append((mounted, root))
    else:
        call.program.lost.add((call.file, call.line))


def _dispatcher(configuration: Value) -> str:
    """Return the dispatcher that a configuration names for its root, '' for the usual one."""
    of_root = configuration.get("/") if isinstance(configuration, dict) else None
    chosen = of_root.get("request.dispatch") if isinstance(of_root, dict) else None
    if isinstance(of_root, dict) and "request.dispatch" in of_root:
        return chosen.name if isinstance(chosen, LibraryObject) else "unknown"
    return ""


def _go_through_all(program: Program) -> None:
    """Go through the trees when all objects have all their attributes."""
    for tree, root in program.notes.get("cherrypy", ()):
        _go_through(tree, root, "", 0)
        if not tree.router.routes:  # exposed in another way
            program.lost.add((tree.call.file, tree.call.line))


def _go_through(tree: _Tree, node: Instance, path: str, depth: int) -> None:
    program, of = tree.call.program, node.of
    if depth > _NESTING:
        return
    program.understood.add(of.frame.file)
    if objects.method(program, of, "_cp_dispatch") or _is_popping(of):
        program.lost.add((of.frame.file, of.statement[5]))  # takes parts of the path for itself
        return
    methods = defined_in(of, program)
    is_exposed = _is_exposed_class(of, program)
    for name, function in methods.items():
        if tree.by_method and is_exposed and name in _VERBS:
            _add(tree, [name], path, function, function.statement[5])
        elif not tree.by_method and (line := _exposed_at(of, name, function, program)):
            _expose(tree, path, name, function, line)
    for name, child in _children(node, program).items():
        _go_through(tree, child, f"{path}/{name}", depth + 1)


def _expose(tree: _Tree, path: str, name: str, function: Function, line: int) -> None:
    if name == "default":  # whatever nothing else answers
        tree.call.program.lost.add((function.frame.file, line))
        return
    written = (f"{path}/" if name == "index" else f"{path}/{name}") or "/"
    _add(tree, _allowed(function, tree.call.program), written, function, line)


def _add(tree: _Tree, verbs: list[str], path: str, function: Function, line: int) -> None:
    file = function.frame.file
    owner = function.this.name if isinstance(function.this, Class) else ""
    handler = f"{owner}.{function.statement[1]}"
    asks = (not_judged("CherryPy", tree.call),)
    for verb in verbs:
        tree.router.add(Route(verb, path, handler, file, line, asks=asks))


def _children(node: Instance, program: Program) -> dict[str, Instance]:
    """Return the objects below another one: attributes of its class and its own."""
    children: dict[str, Instance] = {}
    for each in (*objects.bases(program, node.of)[::-1], node.of):
        if not isinstance(each, Class):
            continue
        for statement in each.statement[3]:
            if statement[0] == "=" and statement[1][0] == "n":
                value = program.value(statement[2], each.body)
                if isinstance(value, Instance):
                    children[statement[1][1]] = value
    own = {name: one for name, one in node.attributes.items() if isinstance(one, Instance)}
    return {name: one for name, one in (children | own).items() if not name.startswith("_")}


def _exposed_at(of: Class, name: str, function: Function, program: Program) -> int | None:
    """Return the line by which a method is exposed, None for one that is not."""
    for form in function.statement[4]:
        value = program.value(form[1], function.frame) if form is not None else None
        if isinstance(value, External) and value.name == "cherrypy.expose":
            return int(form[4])
    exposed = ["a", ["n", name], "exposed"]
    for each in (of, *objects.bases(program, of)):
        for statement in each.statement[3] if isinstance(each, Class) else ():
            if statement[:3] == ["=", exposed, ["i", True]]:
                return int(function.statement[5])
    return None


def _is_exposed_class(of: Class, program: Program) -> bool:
    for each in (of, *objects.bases(program, of)):
        if not isinstance(each, Class):
            continue
        if any(s[:3] == ["=", ["n", "exposed"], ["i", True]] for s in each.statement[3]):
            return True
        if any(_named(form) == "expose" for form in each.statement[4]):
            return True
    return False


def _is_popping(of: Class) -> bool:
    return any(_named(form) == "popargs" for form in of.statement[4])


def _named(form: Expression) -> str:
    callee = form[1] if form is not None else None
    return str(callee[-1]) if callee is not None and callee[0] in {"n", "a"} else ""


def _allowed(function: Function, program: Program) -> list[str]:
    """Return the methods that `@cherrypy.tools.allow(methods=["POST"])` leaves."""
    for form in function.statement[4]:
        if _named(form) == "allow" and form is not None and form[3] is not None:
            call = Call(program, function.frame, form[2], form[3], form[4])
            return methods_of(call.value(0, "methods")) or [ANY]
    return [ANY]


FRAMEWORKS = (
    Framework(
        name="cherrypy",
        language="python",
        tokens=(b"cherrypy.expose", b"cherrypy.tree.mount", b"cherrypy.quickstart", b"@expose"),
        hints=(b"cherrypy", b".exposed = True", b"exposed = True"),
        objects=(b"cherrypy",),
        statements=frozenset({"mount", "quickstart"}),
        external={
            "cherrypy.tree.mount": _mount,
            "cherrypy.quickstart": _mount,
        },
        finish=_go_through_all,
    ),
)

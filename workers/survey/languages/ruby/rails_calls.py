"""What each call of a file of Rails routes does: `resources`, `scope`, `get`, `mount` ..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.ruby.inflections import underscored
from workers.survey.languages.ruby.rails_scope import Scope, normalized, resource_of
from workers.survey.languages.ruby.values import (
    OPEN,
    UNKNOWN,
    Application,
    Environment,
    Node,
    Pattern,
    Self,
    Symbol,
    Unknown,
    items,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.languages.ruby.rails import Mapper

METHODS = {
    "get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE",
    "options": "OPTIONS",
}  # fmt: skip
_OF_RESOURCES = frozenset("as controller path only except param concerns".split())
# Calls that draw nothing themselves, whose block draws as if they were not there.
_TRANSPARENT = frozenset(
    "constraints defaults authenticate authenticated unauthenticated devise_scope as"
    " instance_exec instance_eval tap".split()
)
# Calls that draw nothing at all.
_SILENT = frozenset(
    "require require_relative require_dependency include direct resolve puts p raise"
    " default_url_options lambda proc private self returning using load_dependency freeze".split()
)


class Call(NamedTuple):
    """A call, its arguments and options worked out."""

    name: str
    line: int
    values: list[Any]
    options: dict[Any, Any]
    block: list[Any] | None
    names: Environment

    @property
    def body(self) -> list[Node]:
        """The statements of its block."""
        return self.block[1] if self.block else []

    @property
    def bound(self) -> Environment:
        """The names inside its block, whose parameter is the mapper."""
        own: Environment = dict.fromkeys(self.block[0], Self()) if self.block else {}
        return {**self.names, **own}


def _verb(mapper: Mapper, call: Call) -> None:
    _routes(mapper, call, [METHODS[call.name]])


def _match(mapper: Mapper, call: Call) -> None:
    via = call.options.get("via", mapper.scope.via)
    listed = via if isinstance(via, list) else [via]
    if any(isinstance(one, Unknown) for one in listed):
        mapper.miss(call.line, "a route whose methods are computed")
        return
    names = [str(one).upper() for one in listed if isinstance(one, str)]
    _routes(mapper, call, ["ANY"] if not names or "ALL" in names else names)


def _routes(mapper: Mapper, call: Call, methods: list[str]) -> None:
    """Draw the paths that a verb names, or the first pair `"path" => to`."""
    options = dict(call.options)
    options.pop("via", None)
    paths = items(call.values)
    if not paths:
        key = next((one for one in options if _is_path(one)), None)
        if key is None:
            mapper.miss(call.line, "a route whose path is computed")
            return
        to = options.pop(key)
        kind = "action" if isinstance(to, Symbol) else "to"
        if kind == "to" and isinstance(to, str) and "#" not in to:
            kind = "controller"
        options[kind] = to
        paths = [key]
    methods = [one for one in methods if one != "HEAD"]
    for path in paths:
        mapper.route(path, options, methods, call.line)


def _is_path(key: Any) -> bool:
    return (isinstance(key, str) and not isinstance(key, Symbol)) or isinstance(key, Unknown)


def _root(mapper: Mapper, call: Call) -> None:
    options = dict(call.options)
    if call.values and isinstance(call.values[0], str):
        options["to"] = call.values[0]
    scope = mapper.scope
    if scope.level == "resources" and scope.resource is not None:
        scope = scope._replace(level="root").below(scope.resource.path)
    before, mapper.scope = mapper.scope, scope
    options.pop("via", None)
    mapper.add("/", options, ["GET"], call.line)
    mapper.scope = before


def _resources(mapper: Mapper, call: Call) -> None:
    """Draw `resources :a, :b, ...` and `resource :a`."""
    options = dict(call.options)
    names = items(call.values)
    if not names:
        return
    if UNKNOWN in options:
        mapper.miss(call.line, f"`{call.name}` whose options are computed")
        options = {"path": OPEN, "only": []}
    for name in names:
        if isinstance(name, str):
            _resource(mapper, call, name, options)
        else:
            mapper.miss(call.line, f"`{call.name}` whose name is computed")


def _resource(mapper: Mapper, call: Call, name: str, options: dict[Any, Any]) -> None:
    scope = mapper.scope
    if "shallow" in options:
        scope = scope._replace(shallow=bool(options["shallow"]))
    if scope.level in {"resources", "resource"}:
        before, mapper.scope = mapper.scope, scope
        scope = mapper.nested()
        mapper.scope = before
    others = {
        key: value
        for key, value in options.items()
        if key == "format"
        or not (key in _OF_RESOURCES or key == "shallow" or isinstance(value, Pattern))
    }
    own = {key: value for key, value in options.items() if key in _OF_RESOURCES}
    if others:
        scope = _scoped(scope, [], others)
    if "only" not in own and "except" not in own:
        own |= {"only": scope.only, "except": scope.excepted}
    if not all(_is_known(own.get(key)) for key in ("only", "except")):
        mapper.miss(call.line, f"`{call.name} :{name}` whose actions are computed")
        own["only"] = []
    before, mapper.scope = mapper.scope, scope
    _draw_resource(mapper, call, name, own)
    mapper.scope = before


def _is_known(actions: Any) -> bool:
    return actions is None or all(isinstance(one, str) for one in items([actions]))


def _draw_resource(mapper: Mapper, call: Call, name: str, own: dict[Any, Any]) -> None:
    """Draw what a resource holds, then its own actions."""
    single = call.name == "resource"
    scope = mapper.scope
    resource = resource_of(name, own, scope, mapper.words, single=single, api=mapper.api)
    mapper.scope = scope = scope._replace(
        level=call.name,
        resource=resource,
        controller=resource.controller,
        shallow_depth=scope.shallow_depth + (scope.shallow and not single),
    )
    mapper.run(call.body, call.bound)
    _concerns(mapper, call._replace(values=items([own.get("concerns")]), options={}))
    for where, method, action in (
        (mapper.collection, "GET", "index"), (mapper.collection, "POST", "create"),
        (mapper.new, "GET", "new"), (mapper.member, "GET", "edit"), (mapper.member, "GET", "show"),
        (mapper.member, "PATCH", "update"), (mapper.member, "PUT", "update"),
        (mapper.member, "DELETE", "destroy"),
    ):  # fmt: skip
        if action in resource.actions and not (single and action == "index"):
            mapper.scope = where(resource)
            mapper.add(Symbol(action), {"action": action}, [method], call.line)
            mapper.scope = scope


def _inside(level: str) -> Callable[[Mapper, Call], None]:
    """Return what draws the block of `member`, `collection`, `new` or `nested`."""

    def draw(mapper: Mapper, call: Call) -> None:
        resource = mapper.scope.resource
        if resource is None:
            mapper.within(mapper.scope, call.body, call.bound)
        elif level == "nested":
            mapper.within(mapper.nested(), call.body, call.bound)
        else:
            scope = {"member": mapper.member, "collection": mapper.collection, "new": mapper.new}
            mapper.within(scope[level](resource), call.body, call.bound)

    return draw


def _namespace(mapper: Mapper, call: Call) -> None:
    name = call.values[0] if call.values else UNKNOWN
    text = name if isinstance(name, str) else OPEN
    options = {"module": text, "path": text, "shallow_path": text, **call.options}
    if "path" in call.options and "shallow_path" not in call.options:
        options["shallow_path"] = call.options["path"]
    _scope_of(mapper, call, [], options)


def _scope(mapper: Mapper, call: Call) -> None:
    _scope_of(mapper, call, items(call.values), call.options)


def _scope_of(mapper: Mapper, call: Call, path: list[Any], options: dict[Any, Any]) -> None:
    scope = mapper.scope
    if call.name == "namespace" and scope.level in {"resources", "resource"}:
        scope = mapper.nested()
    mapper.within(_scoped(scope, path, options), call.body, call.bound)


def _scoped(scope: Scope, path: list[Any], options: dict[Any, Any]) -> Scope:
    """Return the scope inside `scope "a", module: "b", ...`."""
    changes = _paths(scope, path, options)
    if isinstance(options.get("module"), str):
        inner = options["module"]
        changes["module"] = f"{scope.module}/{inner}" if scope.module else str(inner)
    for key in ("controller", "action", "to", "via", "format"):
        if key in options:
            changes[key] = options[key]
    if "shallow" in options:
        changes["shallow"] = bool(options["shallow"])
    if "only" in options or "except" in options:
        changes |= {"only": options.get("only"), "excepted": options.get("except")}
    if isinstance(options.get("path_names"), dict):
        named = {**dict(scope.path_names), **options["path_names"]}
        changes["path_names"] = tuple((str(key), str(one)) for key, one in named.items())
    return scope._replace(**changes)


def _paths(scope: Scope, path: list[Any], options: dict[Any, Any]) -> dict[str, Any]:
    """Return the path and the shallow path inside a scope, where it tells any."""
    named = {key: options[key] for key in ("path", "shallow_path") if key in options}
    if path:
        named["path"] = "/".join(one if isinstance(one, str) else OPEN for one in path)
    if UNKNOWN in options:
        named.setdefault("path", OPEN)
    for key, value in named.items():
        if isinstance(value, (Unknown, Application)):
            named[key] = OPEN
    if scope.level != "nested" and isinstance(named.get("path"), str):
        named.setdefault("shallow_path", named["path"])
    return {
        key: normalized(f"{getattr(scope, key)}/{value}")
        for key, value in named.items()
        if isinstance(value, str)
    }


def _controller(mapper: Mapper, call: Call) -> None:
    name = call.values[0] if call.values and isinstance(call.values[0], str) else None
    mapper.within(mapper.scope._replace(controller=name), call.body, call.bound)


def _shallow(mapper: Mapper, call: Call) -> None:
    mapper.within(mapper.scope._replace(shallow=True), call.body, call.bound)


def _concern(mapper: Mapper, call: Call) -> None:
    if call.values and isinstance(call.values[0], str):
        if call.block is None:
            mapper.concerns[call.values[0]] = ("", ["?"])
        else:
            mapper.concerns[call.values[0]] = (mapper.file, call.block)


def _concerns(mapper: Mapper, call: Call) -> None:
    """Draw what `concern` declared under these names, with the options that are handed on."""
    for name in items(call.values):
        if name is None:
            continue
        file, block = mapper.concerns.get(name if isinstance(name, str) else "", ("", ["?"]))
        if block == ["?"]:
            mapper.miss(call.line, "a concern that is not declared in these files")
            continue
        names = {**call.names, **dict.fromkeys(block[0], call.options)}
        del file
        mapper.within(mapper.scope, block[1], names)


def _draw(mapper: Mapper, call: Call) -> None:
    """Draw what `config/routes/NAME.rb` holds."""
    name = call.values[0] if call.values and isinstance(call.values[0], str) else None
    root = mapper.file.partition("config/routes")[0]
    file = f"{root}config/routes/{name}.rb"
    statements = mapper.files.get(file)
    if statements is None:
        mapper.miss(call.line, f"`draw` of `{name or '?'}`, which is no file of routes")
        return
    mapper.used.add(file)
    before, mapper.file = mapper.file, file
    mapper.run(statements, {"self": Self()})
    mapper.file = before


def _extend(mapper: Mapper, call: Call) -> None:
    """Draw what a module draws on whatever it extends."""
    for value in call.values:
        name = value.name if isinstance(value, Application) else ""
        if name not in mapper.extensions:
            continue
        before = mapper.file
        mapper.file, function = mapper.extensions[name]
        names = {"self": Self(), **dict.fromkeys(function[2], Self())}
        mapper.run(function[3], names)
        mapper.file = before


def _mount(mapper: Mapper, call: Call) -> None:
    options = call.options
    if call.values:
        mapper.mount(call.values[0], options.get("at", UNKNOWN), call.line)
        return
    for key, path in options.items():
        if isinstance(key, (Application, Unknown)):
            mapper.mount(key, path, call.line)
            return
    mapper.miss(call.line, "what is mounted there is computed")


def _with_options(mapper: Mapper, call: Call) -> None:
    """Draw a block whose parameter adds options to every call on it."""
    own = Self(tuple(call.options.items()))
    names = {**call.names, **(dict.fromkeys(call.block[0], own) if call.block else {})}
    if call.block and not call.block[0]:
        mapper.miss(call.line, "options that are handed on without a name")
        return
    mapper.within(mapper.scope, call.body, names)


def other(mapper: Mapper, call: Call) -> None:
    """Follow a call that Rails does not know: its block draws below something unknown."""
    if call.name in _TRANSPARENT and call.block is None and call.values:
        mapper.miss(call.line, f"what `{call.name}` runs is computed")
    elif call.name in _TRANSPARENT:
        mapper.within(mapper.scope, call.body, call.bound)
    elif call.name in _SILENT or (call.options.get("skip") == "all" and call.name == "devise_for"):
        return
    elif call.name == "api_version" and isinstance(call.options.get("path"), dict):
        path = call.options["path"].get("value", OPEN)
        module = underscored(str(call.options.get("module") or "")) or None
        scope = _scoped(mapper.scope, [], {"path": path, "module": module})
        mapper.within(scope, call.body, call.bound)
    elif call.block is None:
        mapper.miss(call.line, f"the routes of `{call.name}` are of a library")
    elif call.name == "localized":
        mapper.miss(call.line, "routes whose paths are translated")
    else:
        mapper.within(mapper.scope.below(OPEN), call.body, call.bound)


CALLS: dict[str, Callable[[Mapper, Call], None]] = {
    **dict.fromkeys(METHODS, _verb),
    "match": _match,
    "root": _root,
    "resources": _resources,
    "resource": _resources,
    "member": _inside("member"),
    "collection": _inside("collection"),
    "new": _inside("new"),
    "nested": _inside("nested"),
    "namespace": _namespace,
    "scope": _scope,
    "controller": _controller,
    "shallow": _shallow,
    "concern": _concern,
    "concerns": _concerns,
    "draw": _draw,
    "mount": _mount,
    "extend": _extend,
    "with_options": _with_options,
}

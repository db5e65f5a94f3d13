"""What files of routes say to Symfony: in YAML, and in PHP by a configurator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.php.symfony import Entry, Import
from workers.survey.languages.php.symfony_classes import methods_of
from workers.survey.languages.php.values import (
    FILE,
    GAP,
    Constants,
    Instance,
    Scope,
    Value,
    argument,
    has_entry,
    pairs_of,
    text_of,
    texts_of,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.languages.php.source import Statement

_CONFIGURATORS = frozenset(
    r"Symfony\Component\Routing\Loader\Configurator\RoutingConfigurator"
    r" Symfony\Component\Routing\RouteCollectionBuilder"
    r" Symfony\Component\Routing\Loader\Configurator\CollectionConfigurator".split()
)
MOST = 5_000
DEEPEST = 20
Listed = list["Import | Entry"]


def of_yaml(file: str, entries: list[Any]) -> Listed:
    """Return what the entries of a file in YAML say."""
    listed: Listed = []
    for name, line, says in entries[:MOST]:
        if not isinstance(says, dict) or "alias" in says:
            continue
        if "resource" in says:
            listed += _imports(file, line, says)
        elif "path" in says or "pattern" in says:
            path = says.get("path", says.get("pattern"))
            handler = says.get("controller") or _of_defaults(says.get("defaults"))
            methods = _texts(says.get("methods"))
            verbs = [one.upper() for each in methods for one in each.split("|") if one]
            listed.append(
                Entry(name, _paths(path), tuple(verbs) or ("ANY",), _handler(handler), file, line)
            )
    return listed


def _imports(file: str, line: int, says: dict[str, Any]) -> Listed:
    resource = says["resource"]
    if isinstance(resource, dict):
        resource = resource.get("path")
    excluded = tuple(_texts(says.get("exclude")))
    paths = _paths(says["prefix"]) if says.get("prefix") else {"": ""}
    names = says.get("name_prefix")
    return [
        Import(
            each, str(says.get("type") or ""), paths, names if isinstance(names, str) else "",
            excluded, file, line, says.get("trailing_slash_on_root") != "false",
        )
        for each in _texts(resource)
    ]  # fmt: skip


def _of_defaults(defaults: object) -> object:
    return defaults.get("_controller") if isinstance(defaults, dict) else None


def _handler(written: object) -> str:
    if not isinstance(written, str):
        return ""
    owner, _, method = written.replace("::", ":").partition(":")
    short = owner.rpartition("\\")[2]
    return f"{short}.{method.rpartition(':')[2]}" if method else short


def _paths(path: object) -> dict[str, str]:
    if isinstance(path, dict):
        return {key: one if isinstance(one, str) else GAP for key, one in path.items()}
    return {"": path if isinstance(path, str) else GAP if path else ""}


def _texts(worth: object) -> list[str]:
    if isinstance(worth, str):
        return [worth]
    return [one for one in worth if isinstance(one, str)] if isinstance(worth, list) else []


def of_php(file: str, source: dict[str, Any], constants: Constants) -> Listed:
    """Return what a file in PHP tells a configurator of routes, and what a kernel does."""
    listed: Listed = []
    scope = Scope(constants, file)
    for statement in source["body"]:
        if statement[0] == "return":
            listed += _of_closure(value(statement[1], scope), file)
            listed += _of_array(statement[1], scope, file)
    for declared in source["classes"]:
        for method in declared["methods"]:
            known = [name for name, kind in method.get("parameters", ()) if kind in _CONFIGURATORS]
            if known:
                inner = Scope(constants, file, declared["name"])
                listed += _Configured(file, set(known)).run(method["body"], inner, 0)
    return listed[:MOST]


def _of_array(expression: Any, scope: Scope, file: str) -> Listed:
    """Return what `return Routes::config([...])` says."""
    if expression[:1] == ["chain"] and expression[1] and expression[1][:1] == ["class"]:
        calls = expression[2]
        if expression[1][1].endswith("\\Routes") and calls[0][0] == "config" and calls[0][1]:
            worth = value(calls[0][1][0][1], scope)
            return of_yaml(file, list(_entries(worth, calls[0][2])))
    return []


def _entries(worth: Value, line: int) -> Iterator[list[Any]]:
    for name, says in pairs_of(worth):
        if isinstance(name, str) and name.startswith("when@"):
            yield from _entries(says, line)
        elif isinstance(name, str):
            yield [name, line, _plain(says)]


def _plain(worth: Value) -> Any:
    if isinstance(worth, list) and any(key is not None for key, _ in worth):
        return {str(key): _plain(one) for key, one in worth}
    if isinstance(worth, list):
        return [_plain(one) for _, one in worth]
    return worth if isinstance(worth, str) else GAP


def _of_closure(worth: Value, file: str) -> Listed:
    if not isinstance(worth, Instance) or worth[0] != "closure":
        return []
    _, parameters, body, _ = worth[1]
    known = {name for name, kind in parameters if kind in _CONFIGURATORS}
    if not known and len(parameters) == 1 and parameters[0][0] == "routes":
        known = {"routes"}
    return _Configured(file, known).run(body, worth[2].inner(), 0) if known else []


class _Configured:
    """Runs what is said to a configurator: `known` are the variables that hold one."""

    def __init__(self, file: str, known: set[str]) -> None:
        self._file = file
        self._collections: dict[str, tuple[str, str]] = dict.fromkeys(known, ("", ""))
        self._listed: Listed = []

    def run(self, statements: list[Statement], scope: Scope, depth: int) -> Listed:
        """Return what statements say."""
        for statement in statements if depth < DEEPEST else ():
            word = statement[0]
            if word in {"do", "return"}:
                self._expression(statement[1], scope)
            elif word == "if":
                self.run(statement[2], scope, depth + 1)
                self.run(statement[3], scope, depth + 1)
            elif word == "block":
                self.run(statement[1], scope, depth + 1)
            elif word == "each":
                self._each(statement, scope, depth)
        return self._listed

    def _each(self, statement: Statement, scope: Scope, depth: int) -> None:
        _, listed, key, name, body = statement
        for worth_key, item in pairs_of(value(listed, scope))[:MOST] or [(None, None)]:
            scope.variables |= {one: what for one, what in ((key, worth_key), (name, item)) if one}
            self.run(body, scope, depth + 1)

    def _expression(self, expression: Any, scope: Scope) -> None:
        target = None
        if isinstance(expression, list) and expression[:1] == ["assign"]:
            target, expression = expression[1], expression[2]
        if not isinstance(expression, list) or expression[:1] != ["chain"]:
            if target:
                scope.variables[target] = value(expression, scope)
            return
        base = expression[1]
        if not base or base[0] != "variable" or base[1] not in self._collections:
            return
        prefix, names = self._chain(expression[2], scope, self._collections[base[1]])
        if target:
            self._collections[target] = (prefix, names)

    def _chain(self, calls: list[Any], scope: Scope, within: tuple[str, str]) -> tuple[str, str]:
        """Read the calls of a chain; each `add` and `import` begins something new."""
        prefix, names = within
        current: Import | Entry | None = None
        for name, arguments, line in calls:
            first = argument(arguments, 0)
            if name in {"add", "import", "collection"}:
                self._listed += [current] if current else []
                current = None
            if name == "collection":
                names += text_of(first, scope) if first is not None else ""
            elif name == "add":
                current = self._added(arguments, scope, (prefix, names), line)
            elif name == "import":
                current = self._imported(arguments, scope, line)
            elif current is None and name == "prefix":
                prefix += "/" + text_of(first, scope).strip("/")
            elif current is not None:
                current = _changed(current, name, arguments, scope)
        self._listed += [current] if current else []
        return prefix, names

    def _added(
        self, arguments: list[Any], scope: Scope, within: tuple[str, str], line: int
    ) -> Entry:
        name = text_of(argument(arguments, 0), scope)
        path = _localized(value(argument(arguments, 1), scope))
        paths = {
            key: f"{within[0]}/{one.lstrip('/')}" if within[0] else one for key, one in path.items()
        }
        return Entry(within[1] + name, paths, ("ANY",), "", self._file, line)

    def _imported(self, arguments: list[Any], scope: Scope, line: int) -> Import:
        worth = value(argument(arguments, 0), scope)
        if isinstance(worth, list) and has_entry(worth, "path"):
            worth = next(one for key, one in worth if key == "path")
        resource = worth if isinstance(worth, str) else GAP
        if resource.startswith(FILE):
            up = "../" * self._file.count("/")
            resource = f"{up}{resource[1:]}"
        kind = text_of(argument(arguments, 1, "type"), scope)
        excluded = texts_of(value(argument(arguments, 3, "exclude"), scope)) or []
        return Import(
            resource, kind.replace(GAP, ""), {"": ""}, "", tuple(excluded), self._file, line
        )


def _localized(worth: Value) -> dict[str, str]:
    if isinstance(worth, list):
        return {str(key): one if isinstance(one, str) else GAP for key, one in worth}
    return {"": worth if isinstance(worth, str) else GAP}


def _changed(
    current: Import | Entry, name: str, arguments: list[Any], scope: Scope
) -> Import | Entry:
    worth, second = value(argument(arguments, 0), scope), argument(arguments, 1)
    if isinstance(current, Import):
        if name == "prefix":
            ends = value(second, scope) != ("literal", "false")
            return current._replace(paths=_localized(worth), slash_on_root=ends)
        if name == "namePrefix" and isinstance(worth, str):
            return current._replace(prefix_of_names=worth)
        return current
    if name == "methods":
        return current._replace(methods=methods_of(worth) or ("ANY",))
    if name == "controller":
        texts = texts_of(worth) or []
        return current._replace(handler=".".join(one.rpartition("\\")[2] for one in texts))
    return current

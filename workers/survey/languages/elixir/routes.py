"""The routes of Elixir: routers of Phoenix and of Plug, and what they forward to each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.elixir.expressions import declarations
from workers.survey.languages.elixir.modules import modules
from workers.survey.languages.elixir.routers import Declared, Forward, Router
from workers.survey.languages.elixir.values import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping

Node = list[Any]
_USES_ROUTER = lazy_pattern(
    rb"\buse[ (]\s{0,9}(?:Plug\.Router|Phoenix\.Router|[\w.]{1,100},\s{0,9}:\w{0,40}router\b)"
)
_UNNEEDED = frozenset("def defp defmacro defmacrop".split())
_MOST_FORWARDS = 200
_DEEPEST = 8
REASON = "plugs of Elixir are not read"


class Served(NamedTuple):
    """A router, and the file that declares it."""

    file: str
    module: str
    router: Router


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file declares a router."""
    del file
    return b"outer" in source and _USES_ROUTER.search(source) is not None


def extract(file: str, source: bytes) -> list[list[Any]]:
    """Return the modules of a file that are routers, each with its statements."""
    del file
    return [
        [name, kind, [one for one in body if not (one[0] == "call" and one[3] in _UNNEEDED)]]
        for name, body in modules(declarations(source))
        if (kind := _kind(body))
    ]


def _kind(body: list[Node]) -> str | None:
    """Return `phoenix` or `plug` for a router."""
    for node in body:
        if node[0] == "call" and node[3] == "use" and node[4] and node[4][0][0] == "m":
            if node[4][0][1] == "Plug.Router":
                return "plug"
            if node[4][0][1] == "Phoenix.Router" or _asks_for_router(node[4][1:]):
                return "phoenix"
    return None


def _asks_for_router(arguments: list[Node]) -> bool:
    """Tell `use AppWeb, :router`."""
    return any(argument[0] == "a" and argument[1].endswith("router") for argument in arguments)


def resolve(
    facts: Mapping[str, list[list[Any]]],
) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all routers; what is forwarded to has the path of who forwards."""
    served: list[Served] = []
    missed: list[NotUnderstood] = []
    for file, routers in facts.items():
        for name, kind, body in routers:
            router = Router(phoenix=kind == "phoenix", aliases=_aliases(body))
            router.run(body, {})
            served.append(Served(file, name, router))
            missed += [NotUnderstood(file, line, reason) for line, reason in router.missed]
    endpoints = _Forwarding(served, missed).endpoints()
    return endpoints, list(dict.fromkeys(missed))


def _aliases(body: list[Node]) -> dict[str, str]:
    """Return what `alias A.B` and `alias A.B, as: C` name."""
    named: dict[str, str] = {}
    for node in body:
        if node[0] != "call" or node[3] != "alias" or not node[4] or node[4][0][0] != "m":
            continue
        own = next((pair[1][1] for pair in node[5] if pair[0] == "as" and pair[1][0] == "m"), None)
        whole = str(node[4][0][1])
        named[own or whole.rpartition(".")[2]] = whole
    return named


class _Forwarding:
    """Puts the paths of those that forward before those that are forwarded to."""

    def __init__(self, served: list[Served], missed: list[NotUnderstood]) -> None:
        self.served = served
        self.missed = missed
        self.by_name = {one.module: one for one in served}
        self.seen: dict[Endpoint, None] = {}
        self.count = 0

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of the routers that nobody forwards to, and of those below."""
        targets = {
            target.module
            for router in self.served
            for forward in router.router.forwards
            if (target := self._target(forward)) is not None and target is not router
        }
        for served in self.served:
            if served.module not in targets:
                self._serve(served, "", ())
        return list(self.seen)

    def _target(self, forward: Forward) -> Served | None:
        return next((self.by_name[one] for one in forward.names if one in self.by_name), None)

    def _serve(self, served: Served, prefix: str, above: tuple[str, ...]) -> None:
        if served.module in above or len(above) > _DEEPEST:
            return
        framework = "phoenix" if served.router.phoenix else "plug"
        for declared in served.router.declared:
            self._add(served, declared, prefix, framework)
        for forward in served.router.forwards:
            target = self._target(forward)
            self.count += 1
            if target is not None and self.count < _MOST_FORWARDS:
                self._serve(target, prefix + forward.path, (*above, served.module))
            elif target is None:
                handler = forward.names[1]
                declared = Declared("ANY", f"{forward.path}/*", handler, forward.line)
                self._add(served, declared, prefix, framework)

    def _add(self, served: Served, declared: Declared, prefix: str, framework: str) -> None:
        path, is_full = _written(prefix + declared.path)
        if not is_full and path in {"", "/*"}:
            reason = "a route whose path is computed"
            self.missed.append(NotUnderstood(served.file, declared.line, reason))
            return
        endpoint = Endpoint(
            declared.method, path, declared.handler, served.file, declared.line, framework,
            "full" if is_full else "suffix", access_reason=REASON,
        )  # fmt: skip
        self.seen[endpoint] = None


def _written(path: str) -> tuple[str, bool]:
    """Return a path with `{id}` for `:id` and `*id`, and whether all of it is known."""
    path = "/" + "/".join(part for part in path.split("/") if part)
    is_full = OPEN not in path
    if not is_full:
        rest = path.rpartition(OPEN)[2]
        at = rest.find("/")
        path = rest[at:] if at >= 0 else ""
    return re.sub(r"[:*]([A-Za-z_]\w*[?!]?)", r"{\1}", path), is_full

"""Where applications of Sinatra and Grape are mounted, and what they answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.ruby import grape, sinatra
from workers.survey.languages.ruby.classes import CLASSIC, Classes, classes_of
from workers.survey.languages.ruby.values import OPEN, Application, options_of, value_of
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from workers.survey.languages.ruby.answers import Answer

Node = list[Any]
_MOST_MOUNTS = 20
_DEEPEST = 10
REASON = "guards of Rack are not read"


class Mounted(NamedTuple):
    """A constant that is mounted at a path."""

    name: str
    path: str


def resolve(
    facts: Mapping[str, list[Node]], mounts: Iterable[Mounted], *, alone: bool
) -> tuple[list[Endpoint], list[NotUnderstood], set[str]]:
    """Return the endpoints of Sinatra and Grape, what was missed, and which mounts were known.

    `alone` says that no other application is there, in which one may be mounted unseen.
    """
    classes = classes_of(facts)
    kinds = {name: kind for name in classes.parts if (kind := classes.kind(name))}
    if not kinds:
        return [], [], set()
    serving = _Serving(classes, kinds)
    known: set[str] = set()
    of_files = [one for file, body in facts.items() if file.endswith(".ru") for one in _run(body)]
    for mounted in (*of_files, *mounts):
        name = CLASSIC if mounted.name == CLASSIC else classes.named(mounted.name)
        if name in kinds:
            known.add(mounted.name)
            serving.mount(name, mounted.path)
    serving.serve_rest(alone=alone and not of_files)
    return serving.endpoints, list(dict.fromkeys(serving.missed)), known


def _run(body: list[Node], prefix: str = "", depth: int = 0) -> Iterator[Mounted]:
    """Yield what a `config.ru` runs and uses, below the paths of its `map`s."""
    for node in body if depth < NESTING else ():
        if node[0] == "if":
            for inner in node[1]:
                yield from _run(inner, prefix, depth + 1)
        if node[0] != "call":
            continue
        name, arguments, block = node[3], node[4], node[6]
        if name == "map" and arguments and block:
            path = value_of(arguments[0], {})
            path = path if isinstance(path, str) else OPEN
            yield from _run(block[1], f"{prefix}/{path}", depth + 1)
        elif name in {"run", "use"} and node[2] is None and arguments:
            yield from _applications(arguments[0], prefix)


def _applications(node: Node, prefix: str) -> Iterator[Mounted]:
    """Yield what `App`, `App.new`, `Rack::URLMap.new(...)` and `Rack::Cascade.new [...]` name."""
    if node[0] == "call" and node[3] == "new" and node[2] and node[2][0] == "c":
        name = str(node[2][1])
        if name == "Rack::URLMap":
            options = options_of(node[5], {})
            for value in node[4]:
                options |= value_of(value, {}) if value[0] == "h" else {}
            for path, value in options.items():
                if isinstance(value, Application) and isinstance(path, str):
                    yield Mounted(value.name, f"{prefix}/{path}")
            return
        if name == "Rack::Cascade":
            for value in node[4][0][1] if node[4] and node[4][0][0] == "l" else ():
                yield from _applications(value, prefix)
            return
    value = value_of(node, {})
    if isinstance(value, Application):
        yield Mounted(value.name, prefix)


class _Serving:
    """Puts the paths of classes below where they are mounted."""

    def __init__(self, classes: Classes, kinds: dict[str, str]) -> None:
        self.classes = classes
        self.kinds = kinds
        self.endpoints: list[Endpoint] = []
        self.missed: list[NotUnderstood] = []
        self.mounted: dict[str, list[str]] = {}

    def mount(self, name: str, path: str) -> None:
        """Serve a class at a path, with what it inherits and what it mounts."""
        path = "".join(f"/{part}" for part in path.split("/") if part)
        paths = self.mounted.setdefault(name, [])
        if path in paths or len(paths) >= _MOST_MOUNTS:
            return
        paths.append(path)
        if self.kinds[name] == "sinatra":
            self._serve(name, path, None, 0)
            for above in self.classes.above(name):
                if above in self.kinds:
                    self.mount(above, path)
        else:
            self._serve(name, path, None, 0)

    def _serve(self, name: str, path: str, settings: Any, depth: int) -> None:
        if depth > _DEEPEST:
            return
        reader = sinatra if self.kinds[name] == "sinatra" else grape
        for part in self.classes.parts[name]:
            answers, below = reader.answers(part.body, part.file, settings, self.classes)
            for answer in answers:
                self._add(answer, path, self.kinds[name])
            for other in below:
                inner = self.classes.named(other.name, name)
                if inner is None or inner not in self.kinds:
                    continue
                if self.kinds[inner] == "sinatra":
                    self.mount(inner, f"{path}/{other.path}")
                else:
                    self.mounted.setdefault(inner, []).append(path)
                    self._serve(inner, f"{path}/{other.path}", other.settings, depth + 1)

    def serve_rest(self, *, alone: bool) -> None:
        """Serve what nothing mounts: a single application is served at the root."""
        left = [name for name in self.kinds if name not in self.mounted]
        named_below = self._named_below(left)
        inherited = {above for name in self.kinds for above in self.classes.above(name)}
        roots = [name for name in left if name not in named_below]
        own = [name for name in roots if name not in inherited]
        is_single = alone and len(own) == 1 and not self.mounted
        for name in [*own, *roots]:
            if name not in self.mounted:
                self.mount(name, "" if is_single and name in own else OPEN)

    def _named_below(self, names: list[str]) -> set[str]:
        """Return the classes that others of these mount."""
        below: set[str] = set()
        for name in names:
            reader = sinatra if self.kinds[name] == "sinatra" else grape
            for part in self.classes.parts[name]:
                _, others = reader.answers(part.body, part.file, None, self.classes)
                below |= {inner for one in others if (inner := self.classes.named(one.name, name))}
        return below

    def _add(self, answer: Answer, prefix: str, framework: str) -> None:
        whole = f"{prefix}/{answer.path}"
        path = "/" + "/".join(part for part in whole.split("/") if part)
        is_full = OPEN not in path
        if not is_full:
            rest = path.rpartition(OPEN)[2]
            path = rest[rest.find("/") :] if "/" in rest else ""
        if not path.strip("/") and not is_full:
            reason = "a route whose path is computed"
            self.missed.append(NotUnderstood(answer.file, answer.line, reason))
            return
        self.endpoints.append(
            Endpoint(
                answer.method, re.sub(r":([A-Za-z_]\w*)", r"{\1}", path), "", answer.file,
                answer.line, framework, "full" if is_full else "suffix", access_reason=REASON,
            )
        )  # fmt: skip

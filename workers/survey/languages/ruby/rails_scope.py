"""Where a route of Rails is drawn: the scope around it, and the resource that it belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.ruby.values import OPEN

if TYPE_CHECKING:
    from workers.survey.languages.ruby.inflections import Inflections

_MOST_GROUPS = 5
ACTIONS = ("index", "create", "new", "show", "edit", "update", "destroy")
SINGLE_ACTIONS = ("show", "create", "update", "destroy", "new", "edit")
CANONICAL = frozenset({"index", "create", "new", "show", "update", "destroy"})


class Resource(NamedTuple):
    """What `resources` or `resource` declares."""

    name: str
    path: str
    controller: str
    param: str
    actions: tuple[str, ...]
    single: bool
    shallow: bool
    singular: str

    @property
    def member_path(self) -> str:
        """The path of one of it."""
        return self.path if self.single else f"{self.path}/:{self.param}"

    @property
    def nested_path(self) -> str:
        """The path of what is nested in one of it."""
        return self.path if self.single else f"{self.path}/:{self.singular}_{self.param}"


class Scope(NamedTuple):
    """What stands around a route; `level` is what Rails calls the scope level."""

    path: str = "/"
    shallow_path: str = ""
    module: str | None = None
    controller: str | None = None
    action: str | None = None
    to: Any = None
    via: Any = None
    format: Any = None
    path_names: tuple[tuple[str, str], ...] = ()
    only: Any = None
    excepted: Any = None
    shallow: bool = False
    shallow_depth: int = 0
    level: str | None = None
    resource: Resource | None = None

    def below(self, path: str) -> Scope:
        """Return the scope of what stands below a path."""
        return self._replace(path=normalized(f"{self.path}/{path}"))

    @property
    def at_shallow(self) -> Scope:
        """The scope of what a shallow resource draws."""
        return self._replace(path=self.shallow_path or "/")

    def named_path(self, action: str) -> str:
        """Return what an action is called in paths."""
        return dict(self.path_names).get(action, action)


def resource_of(
    name: str, options: dict[Any, Any], scope: Scope, words: Inflections, *, single: bool, api: bool
) -> Resource:
    """Return what `resources :name` declares; `api` has no forms."""
    own = name.rpartition("/")[2] if single else name
    default: tuple[str, ...] = SINGLE_ACTIONS if single else ACTIONS
    if api:
        default = tuple(one for one in default if one not in {"new", "edit"})
    return Resource(
        name,
        _text(options.get("path"), name),
        _text(options.get("controller"), words.plural(own) if single else name),
        _text(options.get("param"), "id"),
        _actions(options, default),
        single,
        scope.shallow,
        name if single else words.singular(_text(options.get("as"), name)),
    )


def _text(value: Any, default: str) -> str:
    return str(value) if isinstance(value, str) else default if value is None else OPEN


def _actions(options: dict[Any, Any], default: tuple[str, ...]) -> tuple[str, ...]:
    only, excepted = options.get("only"), options.get("except")
    if only is not None:
        return tuple(map(str, only if isinstance(only, list) else [only]))
    passed = excepted if isinstance(excepted, list) else [excepted]
    return tuple(one for one in default if one not in set(map(str, passed)))


def normalized(path: str) -> str:
    """Return a path as Rails writes it: one slash in front, none at the end."""
    path = "/" + re.sub(r"/{2,}", "/", path).strip("/")
    if not re.match(r"/(?:\([^()]+\)){1,9}$", path):
        path = re.sub(r"/(\({1,9})/?", r"\1/", path)
    return path


def expanded(path: str) -> list[str]:
    """Return the paths that `/a(/:b)` stands for; the format in the end is left out."""
    path = re.sub(r"\(\.:format\)", "", path)
    group = re.search(r"\(([^()]*)\)", path)
    if group is None or path.count("(") > _MOST_GROUPS:
        return [path]
    before, after = path[: group.start()], path[group.end() :]
    paths = [*expanded(before + after), *expanded(before + group[1] + after)]
    return list(dict.fromkeys("/" + one.strip("/") for one in paths))


def braced(path: str) -> str:
    """Write `:id` and `*rest` as `{id}` and `{rest}`."""
    return re.sub(r"[:*]([A-Za-z_]\w*)", r"{\1}", path)


def known_part(path: str) -> tuple[str, bool]:
    """Return what is known of a path's end, whole segments, and whether that is all of it."""
    if OPEN not in path:
        return path, True
    rest = path.rpartition(OPEN)[2]
    at = rest.find("/")
    return (rest[at:] if at >= 0 else ""), False

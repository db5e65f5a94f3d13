"""Where programs of routes begin: providers, the application's file, files that nobody loads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.php import laravel_calls
from workers.survey.languages.php.files import Files
from workers.survey.languages.php.laravel_program import SLIM, Group, Method, Program
from workers.survey.languages.php.values import GAP, Constants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.languages.php.declared import Declared

_WEB = lazy_pattern(r"(?:^|/)(?:routes/web|app/Http/routes|app/routes)\.php$")
_API = lazy_pattern(r"(?:^|/)routes/api\.php$")
# What the console and channels say is no route of HTTP.
_OTHER = lazy_pattern(r"(?:^|/)routes/(?:console|channels|breadcrumbs)\.php$")
_FIRST = lazy_pattern(r"(?:^|/)(?:bootstrap/app|public/index|index|app)\.php$")
_PROVIDERS = ("ServiceProvider", "Provider", "Kernel", "Module", "Plugin")


def follow(sources: Mapping[str, dict[str, Any]], constants: Constants, declared: Declared) -> None:
    """Follow all programs of routes, and keep what they declare."""
    program = Program(sources, Files(sources), constants, declared, laravel_calls.chain)
    _index(program)
    program.confirms = any(file.endswith("/ConfirmPasswordController.php") for file in sources)
    _start(program)
    _alone(program)
    if program.base_path:
        declared.put_in_front(SLIM, program.base_path)


def constants_of(sources: Mapping[str, dict[str, Any]]) -> Constants:
    """Return the constants of all files."""
    constants = Constants()
    for source in sources.values():
        constants.free |= source["constants"]
        for declared in source["classes"]:
            if declared["name"]:
                constants.of_classes.setdefault(declared["name"], {}).update(declared["constants"])
                constants.parents[declared["name"]] = declared["parent"]
    return constants


def _index(program: Program) -> None:
    for file, source in program.sources.items():
        for declared in source["classes"]:
            owner = declared["name"]
            program.properties[owner] = {
                one["name"]: one["default"]
                for one in declared["properties"]
                if one["default"] is not None
            }
            for method in declared["methods"]:
                if "body" in method:
                    program.methods[(owner, method["name"])] = Method(file, owner, method)


def _start(program: Program) -> None:
    """Run what a framework runs by itself: providers, and the file that makes the application."""
    for file in sorted(program.sources):
        if _FIRST.search(file):
            program.run_file(file, Group())
    inside = _called_inside(program)
    for provider in (True, False):
        for owner, name in sorted(program.methods):
            is_provider = owner.endswith(_PROVIDERS) or _extends_provider(program, owner)
            if is_provider is provider and (owner, name) not in program.called:
                group = Group() if is_provider else Group(GAP)
                if (owner, name) not in inside:
                    program.method(owner, name, group)


def _extends_provider(program: Program, owner: str) -> bool:
    parent = program.constants.parents.get(owner)
    return bool(parent) and str(parent).endswith(_PROVIDERS)


def _called_inside(program: Program) -> set[tuple[str, str]]:
    """Return the methods that another method of their class calls."""
    called: set[tuple[str, str]] = set()
    for (owner, own), method in program.methods.items():
        called |= {(owner, name) for name in _calls(method.declared["body"]) if name != own}
    return called


def _calls(body: list[Any]) -> set[str]:
    """Return the methods that statements call on their own object."""
    names: set[str] = set()
    waiting: list[Any] = [body]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, list):
            continue
        if item[:1] == ["chain"] and len(item) == 3:
            own = item[1] in (["variable", "this"], ["class", "self"], ["class", "static"])
            names |= {str(item[2][0][0])} if own else set()
        waiting += item
    return names


def _is_first(file: str) -> bool:
    return bool(_WEB.search(file) or _API.search(file))


def _alone(program: Program) -> None:
    """Run the files that nobody loads: by Laravel's own rule, else with an unknown prefix."""
    is_open = bool(program.open_loads)
    first_loaded = set(program.loaded)
    # Files that others load come last: they are run where those load them.
    waiting = sorted(program.sources, key=lambda one: (not _is_first(one), one))
    for file in waiting:
        if file in program.loaded or _OTHER.search(file) or _FIRST.search(file):
            continue
        folder = file.rpartition("/")[0]
        is_beside = any(one.startswith(f"{folder}/") for one in first_loaded)
        if is_open or is_beside or not _is_first(file):
            group = Group(GAP)
        else:
            group = Group("api" if _API.search(file) else "")
        if program.sources[file]["slim"]:
            group = Group()
        program.run_file(file, group)

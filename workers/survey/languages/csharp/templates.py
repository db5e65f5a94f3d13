"""Templates of routes of ASP.NET Core: tokens, joining, parameters as `{name}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = lazy_pattern(r"\[\[|\]\]|\[(\w{1,60})\]")
_NAME = lazy_pattern(r"\*{0,2}([A-Za-z_][\w-]*)")


def with_tokens(template: str, tokens: Mapping[str, str | None]) -> str | None:
    """Replace `[controller]`, `[action]` and `[area]`; None where one is not known."""
    known = True

    def replaced(match: object) -> str:
        nonlocal known
        whole, name = match[0], match[1]  # type: ignore[index]
        if whole in {"[[", "]]"}:
            return str(whole[0])
        new = tokens.get(name.lower())
        known = known and new is not None
        return new or ""

    done = _TOKEN.sub(replaced, template)
    return done if known else None


def is_absolute(template: str) -> bool:
    """Tell whether an action's template stands for itself, without that of its controller."""
    return template.startswith(("/", "~/"))


def joined(*templates: str) -> str:
    """Join templates to a path: one slash between them, none at the end, parameters braced."""
    parts = [one.removeprefix("~").strip("/") for one in templates]
    return "/" + braced("/".join(part for part in parts if part))


def braced(path: str) -> str:
    """Write `{id:int?}`, `{*rest}`, `{page=1}` and `{x:regex(^a{{2}}$)}` as `{name}`."""
    done: list[str] = []
    at = 0
    while at < len(path):
        if path[at] != "{" or path.startswith("{{", at):
            step = 2 if path.startswith(("{{", "}}"), at) else 1
            done.append(path[at])
            at += step
            continue
        end = _end(path, at)
        name = _NAME.match(path, at + 1)
        done.append(f"{{{name[1]}}}" if name and end > at else path[at:end])
        at = end
    return "".join(done)


def _end(path: str, at: int) -> int:
    """Return where a parameter ends: `{{` and `}}` are braces of its pattern."""
    position = at + 1
    while position < len(path):
        if path.startswith(("{{", "}}"), position):
            position += 2
        elif path[position] == "}":
            return position + 1
        else:
            position += 1
    return len(path)

"""TOML files that others write too: what is in them, and whether a section can follow."""

from __future__ import annotations

from typing import Any

from sessions.errors import shown

_DOTS = 200  # in one line; the parser's time grows with their square
_BOM = "\ufeff"


class ByHand(ValueError):
    """The file is sound, and a section after its end cannot say what is to be said."""


def already_in(text: str, section: str) -> str:
    """Return the dotted name of what a section brings and a text has; "" when there is none.

    Raises ValueError when the text is no TOML.
    """
    return _shared(meaning(text), meaning(section), "")


def check(text: str) -> None:
    """Raise ByHand when a text is no TOML with the section that was put at its end."""
    try:
        meaning(text)
    except ValueError as error:
        raise ByHand(f"a table cannot be added at its end ({error})") from None


def _shared(there: dict[str, Any], brought: dict[str, Any], above: str) -> str:
    for name, value in brought.items():
        if name not in there:
            continue
        inner = there[name]
        if above and isinstance(inner, dict):
            return f"{above}{name}"
        if isinstance(inner, dict) and isinstance(value, dict):
            return _shared(inner, value, f"{above}{name}.")
        return f"{above}{name}"
    return ""


def meaning(text: str) -> dict[str, Any]:
    """Return what a text means; raises ValueError when it is no TOML."""
    import tomllib

    number = next((n for n, line in enumerate(text.split("\n"), 1) if line.count(".") > _DOTS), 0)
    if number:
        raise ValueError(f"line {number} has more than {_DOTS} dots")
    try:
        return tomllib.loads(text.removeprefix(_BOM))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is no valid TOML: {shown(error)}") from None

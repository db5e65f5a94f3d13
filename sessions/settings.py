"""Settings: from `WAGGLE_*` in the environment, then `waggle.toml` or `[tool.waggle]`, or default.

A flag of a command stands above all of them; the command itself takes care of that.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sessions.bounds import SETTINGS_BYTES, over_nesting
from sessions.errors import BadInput, NotReadable, shown
from sessions.files import read_regular
from sessions.state import PRIORITIES

DEFAULTS: dict[str, str | int] = {
    "model": "custom:max-subscription",
    "stale_seconds": 120,
    "unresponsive_seconds": 300,
    **{f"{priority}_seconds": seconds for priority, seconds in PRIORITIES.items()},
}
MEANINGS = {
    "model": "the model that is recorded when --model is not given",
    "stale_seconds": "a worker without a sign of life for so long is stale",
    "unresponsive_seconds": "and for so long unresponsive",
    **{
        f"{priority}_seconds": f"after so long an open blocker of priority {priority} rises"
        for priority in PRIORITIES
    },
}


@dataclass(frozen=True)
class Setting:
    """A value and where it comes from."""

    value: str | int
    source: str


def settings(root: Path) -> dict[str, Setting]:
    """Return every setting of a root; raises BadInput for a value or name that is malformed."""
    found = {name: Setting(default, "default") for name, default in DEFAULTS.items()}
    for file, table in _tables(root):
        for name, value in table.items():
            _check_known(name, file)
            found[name] = Setting(_checked(name, value, file), file)
    for name in DEFAULTS:
        variable = f"WAGGLE_{name.upper()}"
        if os.environ.get(variable):
            text = os.environ[variable]
            value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
            found[name] = Setting(_checked(name, value, variable), variable)
    return found


def user_file() -> Path:
    """Return the user's own configuration, which no repository can write."""
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.join("~", ".config")  # noqa: PTH118
    return Path(folder).expanduser() / "waggle" / "config.toml"


def share() -> Setting:
    """Return whether other users of the machine may read sessions that are made from now on.

    WAGGLE_SHARE says so, or the user's own configuration; a repository's file never does: who
    wrote it may be one of those others. Raises BadInput for a value that is neither.
    """
    value: object = _SWITCH.get(os.environ.get("WAGGLE_SHARE", "").lower())
    if os.environ.get("WAGGLE_SHARE"):
        return Setting(_switched(value, "WAGGLE_SHARE"), "WAGGLE_SHARE")
    file = user_file()
    try:
        table = _parsed(read_regular(file, SETTINGS_BYTES, follow=True), str(file))
    except (FileNotFoundError, NotADirectoryError):
        table = {}
    if "share" not in table:
        return Setting(value=False, source="default")
    return Setting(_switched(table["share"], str(file)), str(file))


def is_shared() -> bool:
    """Tell whether the user shares sessions, as `share` does."""
    return bool(share().value)


_SWITCH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _switched(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise BadInput(f"share in {shown(where)} is neither true nor false", "Give true or false.")


def number(found: dict[str, Setting], name: str) -> int:
    """Return a setting that is a number of seconds."""
    return int(found[name].value)


def _tables(root: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the tables of settings, the stronger one last: waggle.toml before pyproject.toml."""
    tables: list[tuple[str, dict[str, Any]]] = []
    for name, keys in (("pyproject.toml", ("tool", "waggle")), ("waggle.toml", ())):
        try:
            data = read_regular(root / name, SETTINGS_BYTES, follow=True)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, NotReadable):
            if not keys:
                raise
            continue  # a manifest that cannot be read is not ours to complain about
        if keys and b"waggle" not in data:
            continue
        table = _parsed(data, name)
        for key in keys:
            table = table.get(key, {}) if isinstance(table, dict) else {}
        if isinstance(table, dict):
            tables.append((name, table))
    return tables


def _parsed(data: bytes, name: str) -> dict[str, Any]:
    import tomllib

    try:
        text = data.decode()
        over = over_nesting("toml", text)
        if over is not None:
            raise BadInput(f"{name} is not read: {over.what}", f"Mend {name}.")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name} is no valid TOML: {shown(error)}", f"Mend {name}.") from None


def _check_known(name: str, file: str) -> None:
    if name not in DEFAULTS:
        import difflib

        near = difflib.get_close_matches(name, DEFAULTS, 1)
        meant = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(DEFAULTS)}."
        raise BadInput(f"{file} has an unknown setting {shown(name)}", meant)


def _checked(name: str, value: object, where: str) -> str | int:
    if isinstance(DEFAULTS[name], str):
        if isinstance(value, str) and value.strip():
            return value
        raise BadInput(f"{name} in {where} is {shown(value)}", "Give a text.")
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 30 * 86400:
        return value
    raise BadInput(f"{name} in {where} is {shown(value)}", "Give whole seconds, from 1 to 2592000.")

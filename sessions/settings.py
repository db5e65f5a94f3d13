"""Settings: `WAGGLE_*`, then waggle.toml or `[tool.waggle]`, the user's own file, or defaults.

A flag of a command counts before all of them; the command itself takes care of that.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, NamedTuple

from sessions.addresses import has_password
from sessions.bounds import SETTINGS_BYTES, over_nesting
from sessions.errors import BadInput, NotReadable, shown
from sessions.files import read_regular
from sessions.git import at_head
from sessions.state import PRIORITIES

DEFAULTS: dict[str, str | int] = {
    "model": "custom:max-subscription",
    "stale_seconds": 120,
    "unresponsive_seconds": 300,
    **{f"{priority}_seconds": seconds for priority, seconds in PRIORITIES.items()},
}
_IGNORE = "ignore"
_BY_ITSELF = {"share", "engine"}  # what `share` and `engine` read: few commands need them
_READABLE = stat.S_IRGRP | stat.S_IROTH
_APART = {"pyproject.toml": ("proof",), "waggle.toml": (_IGNORE, "proof")}
# What only the user chooses: who is paid, who is given the code, and who says what a machine runs.
OF_THE_USER = frozenset({"model", "engine"})
MEANINGS = {
    "model": "the model that is used when --model is not given",
    "stale_seconds": "seconds without a sign of life after which a worker is stale",
    "unresponsive_seconds": "and after which it is unresponsive",
    **{
        f"{priority}_seconds": (
            f"seconds after which an open {priority} blocker or handoff is marked RISEN"
        )
        for priority in PRIORITIES
    },
}


class Setting(NamedTuple):
    """A value and where it comes from."""

    value: str | int
    source: str


class Ignored(NamedTuple):
    """A setting of a repository's file that does not count, and why; `name` is empty for all."""

    name: str
    source: str
    reason: str

    @property
    def line(self) -> str:
        """One line for people."""
        what = f"{shown(self.name, 60)[1:-1]} in {self.source}" if self.name else self.source
        return f"{what} is ignored: {self.reason}"


def settings(root: Path) -> dict[str, Setting]:
    """Return every setting of a root; raises BadInput for a malformed one of the user's own."""
    return settings_and_ignored(root)[0]


def settings_and_ignored(root: Path) -> tuple[dict[str, Setting], list[Ignored]]:
    """Return every setting of a root, and what its files say in vain.

    From weak to strong: default, the user's own file, `[tool.waggle]`, waggle.toml, environment.
    The files of a repository are its author's, not the user's: they choose no model, since a model
    costs money and sees the code; and a mistake in them stops no command.
    """
    known = {name: Setting(default, "default") for name, default in DEFAULTS.items()}
    own = user_file()
    for name, value in _own_table(own).items():
        if name in _BY_ITSELF:
            continue
        _check_known(name, str(own))
        known[name] = Setting(_checked(name, value, str(own)), str(own))
    ignored: list[Ignored] = []
    for file, keys in (("pyproject.toml", ("tool", "waggle")), ("waggle.toml", ())):
        try:
            table = _table(root, file, keys)
        except (BadInput, NotReadable, OSError) as error:
            reason = error.message if isinstance(error, BadInput | NotReadable) else str(error)
            ignored.append(Ignored("", file, reason))
            continue
        for name, value in table.items():
            if name in _APART[file]:
                continue  # what is proved and silenced is read from a commit
            reason = _objection(name, value, file)
            if reason:
                ignored.append(Ignored(name, file, reason))
            else:
                known[name] = Setting(_checked(name, value, file), file)
    for name in DEFAULTS:
        variable = f"WAGGLE_{name.upper()}"
        if os.environ.get(variable):
            text = os.environ[variable]
            value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
            known[name] = Setting(_checked(name, value, variable), variable)
    return known, ignored


def ignore_tables(root: Path) -> tuple[list[Any], str, str]:
    """Return the `[[ignore]]` tables of waggle.toml, where they were read, and why they were not.

    As the last commit has them; without a commit as they are on disk. `workers.review.silences`
    says what they mean.
    """
    name = "waggle.toml"
    has_commit, data = at_head(root, name, SETTINGS_BYTES)
    source = f"{name} of the last commit" if has_commit else f"{name} on disk (there is no commit)"
    try:
        table = _parsed(data or b"", source) if has_commit else _table(root, name, ())
    except (BadInput, NotReadable, OSError) as error:
        reason = error.message if isinstance(error, BadInput | NotReadable) else str(error)
        return [], source, reason
    listed = table.get(_IGNORE, [])
    if not isinstance(listed, list):
        return [], source, f"ignore in {source} is no list: write [[ignore]]"
    return listed, source, ""


def user_file() -> Path:
    """Return where the user's own settings are, whether there are any or not."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    if not base.startswith("/"):
        base = os.path.expanduser("~/.config")  # noqa: PTH111 - without a home it stays as it is
    return Path(base, "waggle", "waggle.toml")


def _objection(name: str, value: object, file: str) -> str:
    """Return why a repository's setting does not count, empty where it does."""
    if name in OF_THE_USER:  # never what it says: an address may hold a password
        return (
            f"a repository chooses no {name}; use --{name}, WAGGLE_{name.upper()} or {user_file()}"
        )
    try:
        _check_known(name, file)
        _checked(name, value, file)
    except BadInput as error:
        return f"{error.message}. {error.hint}"
    return ""


def share() -> Setting:
    """Return whether other users of the machine may read sessions that are made from now on.

    WAGGLE_SHARE says so, or the user's own configuration; a repository's file never does: who
    wrote it may be one of those others. Raises BadInput for a value that is neither.
    """
    value: object = _SWITCH.get(os.environ.get("WAGGLE_SHARE", "").lower())
    if os.environ.get("WAGGLE_SHARE"):
        return Setting(_switched(value, "WAGGLE_SHARE"), "WAGGLE_SHARE")
    file = user_file()
    table = _own_table(file)
    if "share" not in table:
        return Setting(value=False, source="default")
    return Setting(_switched(table["share"], str(file)), str(file))


def engine() -> Setting:
    """Return where plans are kept: the address of a database, or sqlite, a file of each session.

    WAGGLE_ENGINE says so, or the user's own configuration, never a repository: the database says
    what a machine runs. Raises BadInput for what is no text, and where others may read a password.
    """
    if os.environ.get("WAGGLE_ENGINE"):
        return Setting(os.environ["WAGGLE_ENGINE"], "WAGGLE_ENGINE")
    file = user_file()
    value = _own_table(file).get("engine", "sqlite")
    if not isinstance(value, str) or not value:
        raise BadInput(f"engine in {shown(str(file))} is no text", "Give postgresql://HOST/DB.")
    if has_password(value) and file.stat().st_mode & _READABLE:
        raise BadInput(
            f"others may read {shown(str(file))}, and engine in it has a password",
            f"Run chmod 600 {file}, or leave the password to ~/.pgpass.",
        )
    return Setting(value, "default" if value == "sqlite" else str(file))


def is_shared() -> bool:
    """Tell whether the user shares sessions, as `share` does."""
    return bool(share().value)


_SWITCH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _switched(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise BadInput(f"share in {shown(where)} is neither true nor false", "Give true or false.")


def number(known: dict[str, Setting], name: str) -> int:
    """Return a setting that is a number of seconds."""
    return int(known[name].value)


def _own_table(file: Path) -> dict[str, Any]:
    try:
        return _parsed(read_regular(file, SETTINGS_BYTES, follow=True), str(file))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}


def _table(root: Path, name: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """Return the settings of a repository's file, without any where there is none.

    Raises BadInput for what is no TOML, NotReadable for what is no file below the root.
    """
    real = os.path.realpath(root / name)
    is_inside = real.startswith(os.path.realpath(root).rstrip("/") + "/")
    if not is_inside and not keys:
        raise NotReadable(f"{name} is a link out of the repository", "Put a plain file there.")
    try:
        data = read_regular(Path(real), SETTINGS_BYTES) if is_inside else b""
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, NotReadable):
        if not keys:
            raise
        return {}  # a manifest that cannot be read is not ours to complain about
    if keys and b"waggle" not in data:
        return {}
    table: Any = _parsed(data, name)
    for key in keys:
        table = table.get(key, {}) if isinstance(table, dict) else {}
    return table if isinstance(table, dict) else {}


def _parsed(data: bytes, name: str) -> dict[str, Any]:
    import tomllib

    try:
        text = data.decode("utf-8-sig")
        over = over_nesting("toml", text)
        if over is not None:
            raise BadInput(f"{name} is not read: {over.what}", f"Correct {name}.")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name} is no valid TOML: {shown(error)}", f"Correct {name}.") from None


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

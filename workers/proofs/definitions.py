"""What the owner lets run: `[[proof]]` of waggle.toml, in a tree that the worker did not write.

A table that is wrong is an objection, never a proof: what is meant to decide must not be guessed.
"""

from __future__ import annotations

import hashlib
import json
import re
from fnmatch import translate
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.bounds import SETTINGS_BYTES, over_nesting
from sessions.errors import BadInput, NotReadable, shown
from sessions.git import asked, commit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MOST_PROOFS = 50
RUN_CHARACTERS = 4_000
MOST_PATTERNS = 100
PATTERN_CHARACTERS = 300
MOST_SECONDS = 86_400
MOST_TESTS = 1_000_000
# What decides which tests a known runner runs, and how. Of three of them only some sections are
# pinned: see `workers.proofs.pinning`.
PARTLY = ("package.json", "pyproject.toml", "setup.cfg")
RUNNERS_FILES = (
    *("**/conftest.py", "**/pytest.ini", "**/.pytest.ini", "**/pytest.toml", "**/.pytest.toml"),
    *("**/tox.ini", "**/noxfile.py", "**/.coveragerc", "**/sitecustomize.py"),
    *("**/usercustomize.py", "**/jest.config.*", "**/jest.setup.*", "**/vitest.config.*"),
    *("**/vitest.workspace.*", "**/vitest.setup.*", "**/vite.config.*", "**/.mocharc.*"),
    *("**/ava.config.*", "**/playwright.config.*", "**/.nycrc*", "**/.c8rc*", "**/.rspec"),
    *("**/phpunit.xml", "**/phpunit.xml.dist", "**/*.runsettings", "**/.cargo/config*"),
    *(f"**/{name}" for name in PARTLY),
)
_MAKEFILES = ("**/Makefile", "**/makefile", "**/GNUmakefile", "**/*.mk")
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_FROM = r"(?P<repository>.+)@(?P<revision>[^@:]+):(?P<path>[^:]+)"


class Proof(NamedTuple):
    """A command that decides, and what it needs; `name` is None for one that is not the owner's.

    `protected`, `pinned`, `link` and `covers` are patterns and folders relative to the root.
    """

    name: str | None
    run: str
    timeout_seconds: int = 600
    protected: tuple[str, ...] = ()
    pinned: tuple[str, ...] = RUNNERS_FILES
    link: tuple[str, ...] = ()
    min_tests: int = 1
    covers: tuple[str, ...] = ()
    required: bool = True
    network: bool = False
    coverage: bool = False

    @property
    def is_locked(self) -> bool:
        """Tell whether the owner defined it."""
        return self.name is not None

    @property
    def digest(self) -> str:
        """Return the name of the definition: another definition is another proof."""
        text = json.dumps(self._asdict(), sort_keys=True, separators=(",", ":"))
        return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


class Objection(NamedTuple):
    """What is wrong with a table (numbered from 1; 0: the file), and what to do."""

    table: int
    message: str
    hint: str

    @property
    def line(self) -> str:
        """One line for people."""
        where = f"[[proof]] number {self.table}: " if self.table else ""
        return f"{where}{self.message}. {self.hint}"


class Definitions(NamedTuple):
    """The proofs of a file, what is wrong in it, and the file; `source` is empty without one."""

    proofs: tuple[Proof, ...]
    objections: tuple[Objection, ...]
    source: str


class _Wrong(Exception):
    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def command(run: str, timeout_seconds: int = 600, link: Iterable[str] = ()) -> Proof:
    """Return a command that is not the owner's, to be run once and recorded."""
    return Proof(None, run, timeout_seconds, link=tuple(dict.fromkeys(link)), min_tests=0)


def definitions(read: Callable[[str], bytes | None]) -> Definitions:
    """Return the proofs of a tree: waggle.toml's, else `[tool.waggle]`'s of pyproject.toml.

    `read` gives the bytes of a file of that tree, None where there is none.
    """
    objections: list[Objection] = []
    for name in ("waggle.toml", "pyproject.toml"):
        data = read(name)
        if data is None or (name == "pyproject.toml" and b"proof" not in data):
            continue
        listed = _of_file(name, data)
        objections += listed.objections
        if listed.proofs or listed.objections:
            return Definitions(listed.proofs, tuple(objections), name)
    return Definitions((), tuple(objections), "")


def owners(base: Mapping[str, Any], read: Callable[[str], bytes | None], root: Path) -> Definitions:
    """Return the proofs of a base: of the place that phase 1 was told, else of the base's files.

    Raises as `definitions_from` does.
    """
    elsewhere = base.get("proofs_from")
    return definitions(read) if elsewhere is None else definitions_from(str(elsewhere), root)


def pinned_option(option: str, root: Path) -> str:
    """Return an option with the commit's own name, since a branch may move; raises as above."""
    return definitions_from(option, root).source


def definitions_from(option: str, root: Path) -> Definitions:
    """Return the proofs of `REPOSITORY@COMMIT:PATH`, a relative repository seen from the root.

    Raises BadInput for an option of another form, NotReadable where git has no such file.
    """
    match = re.fullmatch(_FROM, option)
    if match is None:
        raise BadInput(
            f"{shown(option)} does not name a file of a commit",
            "Write REPOSITORY@COMMIT:PATH, for example ../policy@4f1c2d9:waggle.toml.",
        )
    repository = root / Path(match["repository"]).expanduser()
    commit = commit_of(repository, match["revision"]) if repository.is_dir() else None
    path = match["path"]
    row = None if commit is None else asked(repository, "ls-tree", "--long", commit, "--", path)
    words = (row or "").partition("\t")[0].split()
    if commit is None or len(words) != 4 or words[1] != "blob":
        missing = "commit" if commit is None else "file"
        raise NotReadable(
            f"{shown(option)}: there is no such {missing}",
            "Name a folder with a git repository, a commit in it and a file of that commit.",
        )
    if int(words[3]) > SETTINGS_BYTES:
        raise NotReadable(f"{shown(option)} is too large", f"At most {SETTINGS_BYTES:,} bytes.")
    text = asked(repository, "cat-file", "blob", words[2]) or ""
    listed = _of_file(PurePosixPath(path).name, text.encode("utf-8", "surrogateescape"))
    return listed._replace(source=f"{match['repository']}@{commit}:{path}")


def _of_file(name: str, data: bytes) -> Definitions:
    try:
        tables = _tables(name, data)
    except _Wrong as wrong:
        return Definitions((), (Objection(0, wrong.message, wrong.hint),), name)
    proofs: list[Proof] = []
    objections: list[Objection] = []
    for number, table in enumerate(tables[:MOST_PROOFS], 1):
        try:
            proofs.append(_proof(table, {proof.name for proof in proofs}))
        except _Wrong as wrong:
            objections.append(Objection(number, wrong.message, wrong.hint))
    if len(tables) > MOST_PROOFS:
        message = f"{len(tables)} proofs, of which the first {MOST_PROOFS} are read"
        objections.append(Objection(0, message, "Put several commands into one."))
    return Definitions(tuple(proofs), tuple(objections), name)


def _tables(name: str, data: bytes) -> list[Any]:
    import tomllib

    if len(data) > SETTINGS_BYTES:
        raise _Wrong(f"{name} has more than {SETTINGS_BYTES:,} bytes", "Shorten it.")
    try:
        text = data.decode("utf-8-sig")
        over = over_nesting("toml", text)
        if over is not None:
            raise _Wrong(f"{name} is not read: {over.what}", f"Correct {name}.")
        table: Any = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Wrong(f"{name} is no valid TOML: {shown(error)}", f"Correct {name}.") from None
    for key in ("tool", "waggle") if name == "pyproject.toml" else ():
        table = table.get(key, {}) if isinstance(table, dict) else {}
    tables = table.get("proof", []) if isinstance(table, dict) else []
    if not isinstance(tables, list):
        raise _Wrong(f"proof in {name} is no list of tables", "Write [[proof]].")
    return tables


def _proof(table: object, taken: set[str | None]) -> Proof:
    if not isinstance(table, dict):
        raise _Wrong("it is no table", "Write [[proof]], then name and run below it.")
    for key in table:
        if key not in Proof._fields:
            import difflib

            near = difflib.get_close_matches(key, Proof._fields, 1)
            meant = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(Proof._fields)}."
            raise _Wrong(f"unknown key {shown(key)}", meant)
    values = {key: _READERS[key](key, value) for key, value in table.items()}
    for key in ("name", "run"):
        if key not in values:
            raise _Wrong(f"{key} is missing", f'Add {key} = "...".')
    if values["name"] in taken:
        raise _Wrong(f"the name {shown(values['name'])} is taken", "Give each its own name.")
    proof = Proof(**values)
    return proof if "pinned" in values else proof._replace(pinned=_pinned_by_default(proof.run))


def _pinned_by_default(run: str) -> tuple[str, ...]:
    """Return what decides what a command runs: its runner's files, and the scripts it names."""
    words = re.findall(r"[\w./-]+", run)
    scripts = [word.removeprefix("./") for word in words if word.endswith((".sh", ".bash"))]
    scripts = [word for word in scripts if not word.startswith(("/", "../"))][:MOST_PATTERNS]
    return (*RUNNERS_FILES, *scripts, *(_MAKEFILES if "make" in words else ()))


def _name(key: str, value: object) -> str:
    if isinstance(value, str) and re.fullmatch(_NAME, value):
        return value
    hint = "Use letters, digits, dots, dashes and underscores, at most 64."
    raise _Wrong(f"{key} is {shown(value)}", hint)


def _run(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise _Wrong(f"{key} is {shown(value)}", "Give the command as a text, as sh takes it.")
    if len(value) > RUN_CHARACTERS:
        raise _Wrong(f"{key} has {len(value):,} characters", "Put the command into a script.")
    return value


def _flag(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _Wrong(f"{key} is {shown(value)}", "Give true or false.")


def _number(least: int, most: int) -> Callable[[str, object], int]:
    def read(key: str, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise _Wrong(f"{key} is {shown(value)}", f"Give a whole number from {least} to {most}.")

    return read


def _patterns(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_PATTERNS:
        raise _Wrong(
            f"{key} is no list of at most {MOST_PATTERNS} texts", f'Write {key} = ["a/**"].'
        )
    for text in value:
        if not isinstance(text, str) or not 0 < len(text) <= PATTERN_CHARACTERS or "\0" in text:
            raise _Wrong(f"{key} holds {shown(text)}", "Give paths relative to the root.")
        if text.startswith(("/", "~")) or "\\" in text or ".." in text.split("/"):
            raise _Wrong(f"{key} holds {shown(text)}", "Give paths below the root, with slashes.")
    return tuple(text.removeprefix("./") for text in value)


def _folders(key: str, value: object) -> tuple[str, ...]:
    folders = tuple(folder.rstrip("/") for folder in _patterns(key, value))
    for folder in folders:
        if folder in {"", "."} or ".git" in folder.split("/") or re.search(r"[*?\[]", folder):
            raise _Wrong(f"{key} holds {shown(folder)}", "Name folders that git ignores.")
    return folders


_READERS: dict[str, Callable[[str, object], Any]] = {
    "name": _name,
    "run": _run,
    "timeout_seconds": _number(1, MOST_SECONDS),
    "protected": _patterns,
    "pinned": _patterns,
    "link": _folders,
    "min_tests": _number(0, MOST_TESTS),
    "covers": _patterns,
    "required": _flag,
    "network": _flag,
    "coverage": _flag,
}


def matching(patterns: tuple[str, ...], paths: Iterable[str]) -> list[str]:
    """Return the paths that patterns name: `*` within a folder, `**` through folders.

    A pattern that names a folder means all that is in it.
    """
    parts = [_parts(pattern) for pattern in patterns]
    return [path for path in paths if any(_names(part, path.split("/")) for part in parts)]


@cache
def _parts(pattern: str) -> tuple[re.Pattern[str] | None, ...]:
    """Return the parts of a pattern, None for `**`; fnmatch's expressions never look back far."""
    words = [word for word in pattern.split("/") if word]
    return tuple(None if word == "**" else re.compile(translate(word)) for word in words)


def _names(parts: tuple[re.Pattern[str] | None, ...], words: list[str]) -> bool:
    """Tell whether parts match a path or a folder above it: a step a word, no way tried twice."""
    at = _after_any(parts, {0})
    for word in words:
        if len(parts) in at:
            return True
        stepped = {place for place in at if parts[place] is None}
        stepped |= {place + 1 for place in at if (part := parts[place]) and part.match(word)}
        at = _after_any(parts, stepped)
    return len(parts) in at


def _after_any(parts: tuple[re.Pattern[str] | None, ...], at: set[int]) -> set[int]:
    """Add where one is when `**` stands for nothing."""
    reached = set(at)
    for place in sorted(at):
        while place < len(parts) and parts[place] is None:
            place += 1  # noqa: PLW2901 - the walk goes on from there
            reached.add(place)
    return reached

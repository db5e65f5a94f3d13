"""`worker.toml`: what a worker is, as data. Which keys there are, and what is wrong with a file.

A file may be anybody's: it is bounded, no link leads out of its folder, and every objection has its
line.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadWorker, NotReadable, shown
from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "worker.toml"
TEMPLATES = Path(__file__).parent.parent / "templates"
FILE_BYTES = 64 * 1024
KINDS = ("analysis", "change")
# Parts that begin with a letter: `backend-2` is a second folder of the worker `backend`.
NAME_FORM = lazy_pattern(r"(?!.*(?:--|-[0-9]|-$))[a-z][a-z0-9-]{0,60}")
# Commands, those to come as well: a worker is called as a command.
RESERVED = frozenset(
    "accept approve artefact block config cost doctor escalate explain fleet handoff health"
    " heartbeat help hook install log mcp models next progress prove publish queen report resolve"
    " route run schema scribe serve session status survey unblock uninstall verify version watch"
    " worker workers".split()
)
# Keys that every report has.
_OUR_KEYS = frozenset(
    "analysis_metadata changes checklists commits completion_criteria findings handoffs"
    " not_examined not_mine outcome priority_actions proofs scores statistics unresolved".split()
)
_ENTRIES = TEMPLATES / "entries"
_NAME_CHARACTERS = 40
_ROWS = 40  # of any list
_TEXT_CHARACTERS = 300
_HEADER = lazy_pattern(r"\s*\[\[?\s*([\w.\"' -]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = lazy_pattern(r"\s*[\"']?([\w-]+)[\"']?\s*=")


class Objection(NamedTuple):
    """What is wrong with a worker's folder: the file below it, the line there, what to do."""

    message: str
    hint: str
    file: str = NAME
    line: int | None = None


class _Field(NamedTuple):
    """A key of a table: what it must be, and the form of its texts."""

    shape: str  # text, number, flag, texts, table of texts, tables
    form: str = r"[^\n]*\S[^\n]*"
    says: str = "text on one line"


_ID = r"[A-Z][A-Z0-9]{1,15}"
_SNAKE = r"(?!.*(?:__|_$))[a-z][a-z0-9_]{0,60}"
_WORDS = _Field("texts", r"[^\n]*\S[^\n]*", "a list of words")
KEYS = {
    "name": _Field("text", NAME_FORM.pattern, "lower case letters, digits and hyphens"),
    "summary": _Field("text"),
    "prefix": _Field("text", _ID, "capital letters: what its finding ids begin with"),
    "subject": _Field("text"),
    "summary_heading": _Field("text"),
    "rules": _Field("text"),
    "order": _Field("number"),
    "last": _Field("flag"),
    "after": _Field("texts", NAME_FORM.pattern, "a list of workers"),
    "words": _WORDS,
    "suffixes": _Field("texts", r"\.[\w.+-]+", "a list of suffixes with their dots"),
    "others_folders": _WORDS,
    "domains": _Field("texts", _SNAKE, "a list of words_like_this"),
    "action_categories": _Field("texts", _SNAKE, "a list of words_like_this"),
    "criteria": _Field("texts", _SNAKE, "a list of words_like_this"),
    "not_for": _Field("table of texts"),
    "checklists": _Field("table of texts"),
    "sections": _Field("table of texts"),
    "scores": _Field("tables"),
    "lists": _Field("tables"),
}
REQUIRED = ("name", "summary", "prefix", "domains", "scores")
TABLES = {
    "scores": {
        "key": _Field("text", _SNAKE, "a word_like_this"),
        "label": _Field("text"),
        "domains": _Field("texts", _SNAKE, "a list of domains"),
    },
    "lists": {
        "key": _Field("text", _SNAKE, "a word_like_this"),
        "entry": _Field("text", _SNAKE, "a kind of entry, or record"),
        "id": _Field("text", r"[A-Z][A-Z0-9]{1,7}", "capital letters and digits, 2 to 8"),
        "statistic": _Field("text", _SNAKE, "a word_like_this"),
        "counted": _Field("flag"),
        "schema": _Field("text", r"[\w-][\w.-]*\.json", "a file of the folder, ending in .json"),
    },
}
REQUIRED_IN = {"scores": ("key", "label", "domains"), "lists": ("key", "entry", "id")}
_SHAPES = {
    "text": "text",
    "number": "a whole number",
    "flag": "true or false",
    "texts": "a list of texts",
    "table of texts": "a table of lists of texts",
    "tables": "tables in double brackets",
}


def read(folder: Path) -> dict[str, Any]:
    """Read a worker's table; raises BadWorker for the first thing that is wrong with it."""
    table, objections = load(folder)
    if objections:
        first = objections[0]
        where = f"{folder / first.file}" + (f", line {first.line}" if first.line else "")
        raise BadWorker(f"{first.message} ({shown(where, 300)[1:-1]})", first.hint)
    return table


def load(folder: Path) -> tuple[dict[str, Any], list[Objection]]:
    """Return a worker's table, empty where there is none, and what is wrong with the file."""
    import tomllib  # late, as all that only a worker's own folder needs

    try:
        data = read_inside(folder, NAME)
    except (OSError, NotReadable) as error:
        reason = error.message if isinstance(error, NotReadable) else error.strerror
        return {}, [Objection(f"{NAME} cannot be read: {reason}", f"Make it in {shown(folder)}.")]
    try:
        text = data.decode()
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return {}, [Objection(f"{NAME} is not UTF-8", "Save it as UTF-8.", line=line)]
    except tomllib.TOMLDecodeError as error:
        number = re.search(r"line (\d+)", str(error))
        line_number = int(number[1]) if number else None
        return {}, [
            Objection(f"{NAME} is not TOML: {error}", "Correct the line.", line=line_number)
        ]
    except RecursionError:
        return {}, [Objection(f"{NAME} is nested too deeply", "Write plain lists.", line=1)]
    return table, list(_objections(folder, table, _Lines(text)))


def read_inside(folder: Path, name: str) -> bytes:
    """Read a file of a worker's folder, which no link leads out of; OSError or NotReadable."""
    if folder.parent == TEMPLATES:
        return our_text(f"{folder.name}/{name}").encode()
    from sessions.files import open_beneath, read_descriptor

    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return read_descriptor(open_beneath(opened, name), FILE_BYTES, folder / name)
    finally:
        os.close(opened)


def entry_kinds() -> tuple[str, ...]:
    """Return the kinds of entries that a list may have, beside records."""
    names = (file.name.removesuffix(".json.j2") for file in _ENTRIES.glob("*.json.j2"))
    return tuple(sorted(name for name in names if "." not in name))


def name_fault(name: str) -> str | None:
    """Return why a worker of a user's own cannot have a name, None if it can."""
    if not NAME_FORM.fullmatch(name) or len(name) > _NAME_CHARACTERS or name.endswith("-worker"):
        return f"a name has lower case letters, digits and hyphens, at most {_NAME_CHARACTERS}"
    if name in RESERVED:
        return "a command has that name"
    return "a worker of ours has that name" if (TEMPLATES / name / NAME).exists() else None


def is_key(text: str) -> bool:
    """Tell whether a text can be the key of a list."""
    return re.fullmatch(_SNAKE, text) is not None and text not in _OUR_KEYS


def kinds_in(folder: Path) -> tuple[str, ...]:
    """Return the kinds of tasks that a folder has templates for."""
    return tuple(kind for kind in KINDS if (folder / kind / "notes.md.j2").is_file())


def our_text(name: str) -> str:
    """Return a file of templates/."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def digest_of(folder: Path) -> str:
    """Return the digest of all that a worker's folder says; raises OSError and NotReadable."""
    import hashlib

    names = [NAME, *(f"{kind}/notes.md.j2" for kind in kinds_in(folder))]
    names += sorted(file.name for file in folder.glob("*.json"))[:_ROWS]
    whole = hashlib.sha256()
    for name in names:
        data = read_inside(folder, name)
        whole.update(f"{name}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()


class _Lines:
    """Where the keys of a file are: tomllib does not say."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, int, str], int] = {}
        table, counts = "", {"": 0}
        for number, line in enumerate(text.split("\n"), 1):
            header, key = _HEADER.fullmatch(line), _KEY.match(line)
            if header:
                table = header[1].strip("\"' ")
                counts[table] = counts.get(table, -1) + 1
                self._lines.setdefault((table, counts[table], ""), number)
            elif key:
                self._lines.setdefault((table, counts[table], key[1]), number)

    def of(self, key: str, table: str = "", row: int = 0) -> int | None:
        """Return the line of a key, else of its table, None where neither is to be seen."""
        for place in ((table, row, key), (key, 0, ""), (table, row, ""), ("", 0, table)):
            if place in self._lines and place != ("", 0, ""):
                return self._lines[place]
        return None


def _objections(folder: Path, table: dict[str, Any], lines: _Lines) -> Iterator[Objection]:
    yield from _of_table(table, lines)
    name = table.get("name")
    if isinstance(name, str) and name != folder.name:
        yield Objection(
            f"the name {shown(name, 60)} is not that of the folder, {shown(folder.name, 60)}",
            "Give both the same name.",
            line=lines.of("name"),
        )
    fault = name_fault(folder.name) if folder.parent != TEMPLATES else None
    if fault is not None:
        message = f"a worker cannot be called {shown(folder.name, 60)}: {fault}"
        yield Objection(message, "Rename the folder and the worker.", line=lines.of("name"))
    for outer in TABLES:
        rows = table.get(outer)
        for number, row in enumerate(rows if isinstance(rows, list) else []):
            if isinstance(row, dict):
                yield from _of_table(row, lines, outer, number)
    yield from _of_entries(table, lines)
    yield from _twice(table, lines)
    yield from _strange_domains(table, lines)


def _of_table(
    table: dict[str, Any], lines: _Lines, outer: str = "", row: int = 0
) -> Iterator[Objection]:
    where = f" of {outer}" if outer else ""
    keys = TABLES[outer] if outer else KEYS
    for key in REQUIRED_IN[outer] if outer else REQUIRED:
        if key not in table:
            hint = f"Add {key} = ..."
            yield Objection(f"`{key}`{where} is missing", hint, line=lines.of("", outer, row) or 1)
    for key, value in table.items():
        line = lines.of(key, outer, row)
        known = keys.get(key)
        if known is None:
            hint = f"Known: {', '.join(keys)}."
            yield Objection(f"the key {shown(key, 60)}{where} is unknown", hint, line=line)
        elif not _fits(value, known.shape):
            yield Objection(f"`{key}` is not {_SHAPES[known.shape]}", "Correct it.", line=line)
        else:
            yield from _of_texts(key, value, known, line)


def _fits(value: Any, shape: str) -> bool:
    """Tell whether a value has a shape; lists and tables are short ones."""
    if shape in {"text", "number", "flag"}:
        return type(value) is {"text": str, "number": int, "flag": bool}[shape]
    if not isinstance(value, list | dict) or len(value) > _ROWS * 4:
        return False
    if shape == "texts":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if shape == "tables":
        rows = value if isinstance(value, list) else [None]
        return len(rows) <= _ROWS and all(isinstance(one, dict) for one in rows)
    return isinstance(value, dict) and all(_fits(one, "texts") for one in value.values())


def _of_texts(key: str, value: Any, known: _Field, line: int | None) -> Iterator[Objection]:
    if known.shape == "text":
        texts = [value]
    elif known.shape == "texts":
        texts = value
    elif known.shape == "table of texts":
        texts = [text for several in value.values() for text in several] + list(value)
    else:
        return
    for text in texts:
        if len(text) > _TEXT_CHARACTERS or not re.fullmatch(known.form, text):
            message = f"`{key}`: {shown(text, 60)} is not {known.says}"
            yield Objection(message, "Correct it.", line=line)


def _of_entries(table: dict[str, Any], lines: _Lines) -> Iterator[Objection]:
    """Yield lists of a kind that there is not, under a key of ours, or without their schema."""
    rows = table.get("lists")
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        key, entry = (row.get(name) if isinstance(row, dict) else None for name in ("key", "entry"))
        if key in _OUR_KEYS:
            message = f"every report has the key {shown(key, 60)}"
            yield Objection(message, "Take another key.", line=lines.of("key", "lists", number))
        if not isinstance(entry, str) or (_ENTRIES / f"{entry}.json.j2").is_file():
            continue
        line = lines.of("entry", "lists", number)
        if entry != "record":
            hint = f"Use record, {', '.join(entry_kinds())}."
            yield Objection(f"there is no kind of entry {shown(entry, 60)}", hint, line=line)
        elif "schema" not in row:
            hint = f'Add schema = "{key}.schema.json", a JSON Schema of a row.'
            yield Objection("a list of records has no schema", hint, line=line)


def _twice(table: dict[str, Any], lines: _Lines) -> Iterator[Objection]:
    for outer, key in (("lists", "key"), ("lists", "id"), ("scores", "key"), ("scores", "label")):
        seen: set[object] = set()
        rows = table.get(outer)
        for number, row in enumerate(rows if isinstance(rows, list) else []):
            value = row.get(key) if isinstance(row, dict) else None
            if isinstance(value, str) and value in seen:
                message = f"`{key}` of {outer}: {shown(value, 60)} is there twice"
                yield Objection(message, "Change one.", line=lines.of(key, outer, number))
            seen.add(value if isinstance(value, str) else None)


def _strange_domains(table: dict[str, Any], lines: _Lines) -> Iterator[Objection]:
    """Yield domains that a score is for, and that no finding can have."""
    domains = table.get("domains")
    rows = table.get("scores")
    if not isinstance(domains, list) or not isinstance(rows, list):
        return
    for number, row in enumerate(rows):
        named = row.get("domains") if isinstance(row, dict) else None
        for domain in named if isinstance(named, list) else []:
            if domain not in domains:
                yield Objection(
                    f"the score is for the domain {shown(domain, 60)}, which `domains` lacks",
                    "Add it to domains, or drop it here.",
                    line=lines.of("domains", "scores", number),
                )

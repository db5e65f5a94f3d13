"""What a report proposes: its blocks of code by language, each valid, invalid or not verifiable."""

from __future__ import annotations

import ast
import json
import re
import sys
import textwrap
import tomllib
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from workers import sql
from workers.delivery.outline import is_template_text
from workers.repository.source import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.contract import Place
    from workers.delivery.delivery import Delivery

BLOCK_CHARACTERS = 50_000
# Of all blocks together; some 100,000 characters of SQL are read in a second.
JUDGED_CHARACTERS = 300_000
_LANGUAGES = {
    "json": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "toml": "toml",
    "python": "python",
    "py": "python",
    "python3": "python",
    "sql": "sql",
    "postgresql": "sql",
    "postgres": "sql",
    "mysql": "sql",
    "sqlite": "sql",
    "graphql": "graphql",
    "gql": "graphql",
    "openapi": "openapi",
}
# Templates of other tools stand for text that is not there yet.
_TEMPLATED = re.compile(r"\{\{|\{%|<%|\$\{\{")
_NEWER_PYTHON = re.compile(
    r"^\s*type \w+\b.*=|\bdef \w+\[|\bclass \w+\[|^\s*except \w+\s*,|\bt['\"]|f['\"]", re.MULTILINE
)
_SPACES = re.compile("[\xa0\u2000-\u200a\u202f\u205f\u3000]")
_BLANKS = " \t\f\v"
_PATH_METHODS = frozenset("get put post delete options head patch trace".split())

Verdict = Literal["valid", "invalid", "unverifiable"]


@dataclass(frozen=True)
class Block:
    """A block of code that the report proposes; `place` is where its text begins.

    `line` is that of its first line in the notes, None in the JSON.
    """

    language: str
    text: str
    place: Place
    line: int | None = None


@dataclass(frozen=True)
class Judged:
    """A block and what was found: why it is invalid, and its line within the block."""

    block: Block
    verdict: Verdict
    reason: str = ""
    line: int | None = None


@lru_cache(maxsize=4)
def blocks(delivery: Delivery) -> tuple[Block, ...]:
    """Return the blocks of notes and JSON that quote nothing, in the order of the files."""
    return (*_in_notes(delivery), *_in_json(delivery))


def _in_notes(delivery: Delivery) -> Iterator[Block]:
    for section in delivery.notes.sections if delivery.notes else ():
        for fence in section.fences:
            if not fence.quotes and fence.closed and not is_template_text(fence.content):
                language = _LANGUAGES.get(fence.language, "")
                place = delivery.in_notes(fence.number)
                yield Block(language, fence.content, place, fence.number + 1)


def _in_json(delivery: Delivery) -> Iterator[Block]:
    for pointer, entry in delivery.entries_of("table"):
        migration = entry.get("migration")
        migration = migration if isinstance(migration, dict) else {}
        language = migration.get("language")
        language = _LANGUAGES.get(str(language).lower(), "") if language else "sql"
        texts = [("ddl", "sql", entry.get("ddl"))]
        texts += [(f"migration/{name}", language, migration.get(name)) for name in ("up", "down")]
        for name, kind, text in texts:
            if isinstance(text, str) and not is_template_text(text):
                yield Block(kind, text, delivery.in_json(f"{pointer}/{name}"))
    for pointer, entry in delivery.entries_of("endpoint"):
        fragment = entry.get("openapi")
        if isinstance(fragment, dict):
            fragment = json.dumps(fragment)
        if isinstance(fragment, str) and not is_template_text(fragment):
            yield Block("openapi", fragment, delivery.in_json(f"{pointer}/openapi"))


@lru_cache(maxsize=4)
def judged(delivery: Delivery) -> tuple[Judged, ...]:
    """Judge every block by its language; one of another language is not verifiable."""
    found: list[Judged] = []
    left = JUDGED_CHARACTERS
    for block in blocks(delivery):
        left -= len(block.text)
        found.append(judge(block) if left > 0 else Judged(block, "unverifiable"))
    return tuple(found)


def judge(block: Block) -> Judged:
    """Judge one block; each parser sees a bounded text and runs no code."""
    parser = _PARSERS.get(block.language)
    if parser is None or len(block.text) > BLOCK_CHARACTERS:
        return Judged(block, "unverifiable")
    text = textwrap.dedent(_seen(block.text))
    try:
        fault = parser(text)
    except (RecursionError, ValueError, TypeError):  # a date that is none, a key that is no text
        return Judged(block, "unverifiable")
    if fault is None:
        return Judged(block, "valid")
    if fault.reason == _UNKNOWN or _TEMPLATED.search(text):
        return Judged(block, "unverifiable")
    return Judged(block, "invalid", fault.reason, fault.line)


def _seen(text: str) -> str:
    """Return a block as its reader sees it, line for line.

    Without byte order marks, characters without width and blanks at the ends of lines, and with
    plain spaces for those of print: nobody can see them, and editors and chats add them.
    """
    plain = UNSEEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip(_BLANKS) for line in _SPACES.sub(" ", plain).split("\n"))


_UNKNOWN = "cannot be told"


@dataclass(frozen=True)
class _Fault:
    reason: str
    line: int | None = None


def _json(text: str) -> _Fault | None:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return _Fault(error.msg, error.lineno)
    except ValueError as error:  # an integer of thousands of digits
        return _Fault(str(error).split(":")[0])
    return _document_fault(document)


def _yaml(text: str) -> _Fault | None:
    import yaml

    # Composing expands no alias and constructs no object.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        roots = list(yaml.compose_all(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = str(getattr(error, "problem", None) or "is no YAML")
        return _Fault(reason, mark.line + 1 if mark else None)
    keys = [
        key.value
        for root in roots[:1]
        if isinstance(root, yaml.MappingNode)
        for key, _ in root.value
        if isinstance(key, yaml.ScalarNode)
    ]
    if "openapi" in keys and "paths" in keys:
        return _openapi(text)
    return None


def _toml(text: str) -> _Fault | None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        return _Fault(str(error).split(" (at")[0], int(line[1]) if line else None)
    return None


def _python(text: str) -> _Fault | None:
    if text.lstrip().startswith(">>>"):
        return _Fault(_UNKNOWN)
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape is no fault of form
            compile(text, "<block>", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        if sys.version_info < (3, 14) and _NEWER_PYTHON.search(text):
            return _Fault(_UNKNOWN)
        return _Fault(error.msg, error.lineno)
    except (ValueError, MemoryError):
        return _Fault(_UNKNOWN)
    return None


def _sql(text: str) -> _Fault | None:
    read = sql.read(text)
    if isinstance(read, sql.Invalid):
        is_psql = any(line.startswith("\\") for line in text.split("\n"))
        return _Fault(_UNKNOWN if is_psql else read.reason, read.line)
    return _Fault(_UNKNOWN) if read.not_understood else None


def _graphql(text: str) -> _Fault | None:
    import graphql

    try:
        graphql.parse(text, no_location=True)
    except graphql.GraphQLSyntaxError as error:
        line = error.locations[0].line if error.locations else None
        return _Fault(error.message.removeprefix("Syntax Error: ").rstrip("."), line)
    return None


def _openapi(text: str) -> _Fault | None:
    import yaml

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            return _Fault(_UNKNOWN)  # aliases are not expanded
        document = yaml.safe_load(text)  # JSON is YAML too
    except yaml.YAMLError as error:
        return _Fault(str(getattr(error, "problem", None) or "is no YAML"))
    return _document_fault(document, fragment=True)


def _document_fault(document: Any, *, fragment: bool = False) -> _Fault | None:
    """Judge an OpenAPI document or, where one is expected, a fragment of it."""
    is_whole = isinstance(document, dict) and {"openapi", "paths"} <= document.keys()
    whole = document if is_whole else _wrapped(document) if fragment else None
    if whole is None:
        return _Fault(_UNKNOWN) if fragment else None
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

    version = str(whole.get("openapi"))
    validator = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}.get(version[:3])
    if validator is None:
        return _Fault(_UNKNOWN)
    plain = json.loads(json.dumps(whole, default=str))  # status codes as text, dates as well
    error = next(iter(validator(plain).schema_validator.iter_errors(plain)), None)
    if error is None:
        return None
    where = "/".join(str(part) for part in error.absolute_path)
    return _Fault(f"OpenAPI, at {where[:120] or 'the top'}: {error.message[:160]}")


def _wrapped(fragment: Any) -> dict[str, Any] | None:
    """Make a document of paths, of one path or of one operation; None of anything else."""
    if not isinstance(fragment, dict) or not fragment:
        return None
    names = {str(name) for name in fragment}
    if names & {"paths", "components"}:
        return {"openapi": "3.1.0", "info": {"title": "-", "version": "0"}, **fragment}
    if all(name.startswith("/") for name in names):
        paths: dict[str, Any] = fragment
    elif names & _PATH_METHODS:
        paths = {"/": fragment}
    elif names & {"responses", "operationId", "parameters", "requestBody"}:
        paths = {"/": {"get": fragment}}
    else:
        return None
    return {"openapi": "3.1.0", "info": {"title": "-", "version": "0"}, "paths": paths}


_PARSERS: dict[str, Callable[[str], _Fault | None]] = {
    "json": _json,
    "yaml": _yaml,
    "toml": _toml,
    "python": _python,
    "sql": _sql,
    "graphql": _graphql,
    "openapi": _openapi,
}

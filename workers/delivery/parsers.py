"""Whether a text is valid in its language: each parser sees a bounded text and runs no code."""

from __future__ import annotations

import ast
import contextlib
import json
import re
import sys
import textwrap
import tomllib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sessions import bounds
from workers import sql
from workers.repository.source import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What the survey sets for itself is none for parsers: some call C for each level.
RECURSION = 3_000
# Templates of other tools stand for text that is not there yet.
_TEMPLATED = re.compile(r"\{\{|\{%|<%|\$\{\{")
_NEWER_PYTHON = re.compile(
    r"^[ \t]*type \w+\b.*=|\bdef \w+\[|\bclass \w+\[|^[ \t]*except \w+\s*,|\bt['\"]|f['\"]",
    re.MULTILINE,
)
_SPACES = re.compile("[\xa0\u2000-\u200a\u202f\u205f\u3000]")
_BLANKS = " \t\f\v"
_PATH_METHODS = frozenset("get put post delete options head patch trace".split())

Verdict = Literal["valid", "invalid", "unverifiable", "over"]


@dataclass(frozen=True)
class Finding:
    """What was found of a text, why it is invalid or over a limit, and at which of its lines.

    `script` is what it does if it is SQL that was understood; `one_way` marks a migration of
    Alembic that upgrades and does not downgrade. `failed` says how its parser ended without an
    answer.
    """

    verdict: Verdict
    reason: str = ""
    line: int | None = None
    script: sql.Script | None = None
    one_way: bool = False
    failed: str = ""


UNVERIFIABLE = Finding("unverifiable")


def is_known(language: str) -> bool:
    """Tell whether a language has a parser."""
    return language in _PARSERS


def parse(language: str, text: str) -> Finding:
    """Judge a text by its language; one that nothing reads is not verifiable.

    What is over a limit (see `sessions.bounds`) is seen by no parser.
    """
    if language not in _PARSERS:
        return UNVERIFIABLE
    over = bounds.over_block(language, text)
    if over is not None:
        return Finding("over", over.what, over.line)
    try:
        with _shallow():
            return _parsed(language, textwrap.dedent(_seen(text)))
    except (RecursionError, ValueError, TypeError):  # a date that is none, a key that is no text
        return UNVERIFIABLE
    except MemoryError:  # a limit of memory never decides
        raise
    except Exception as error:  # noqa: BLE001 - a fault of a parser leaves its block undecided
        return Finding("unverifiable", failed=f"raised {type(error).__name__}")


def _seen(text: str) -> str:
    """Return a block as its reader sees it, line for line.

    Without byte order marks, characters without width and blanks at the ends of lines, and with
    plain spaces for those of print: nobody can see them, and editors and chats add them.
    """
    plain = UNSEEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip(_BLANKS) for line in _SPACES.sub(" ", plain).split("\n"))


@contextlib.contextmanager
def _shallow() -> Iterator[None]:
    """Let a parser recurse as deep wherever it is called: its verdict must not depend on that."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(RECURSION)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _parsed(language: str, text: str) -> Finding:
    script = None
    if language == "sql":
        read = sql.read(text)
        script = read if isinstance(read, sql.Script) else None
    fault = _PARSERS[language](text)
    if fault is None:
        one_way = language == "python" and _has_no_way_back(text)
        return Finding("valid", script=script, one_way=one_way)
    if fault.reason == _UNKNOWN or _TEMPLATED.search(text):
        return Finding("unverifiable", script=script)
    return Finding("invalid", fault.reason, fault.line)


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
    except (ValueError, MemoryError):  # its own stack was too small, or so it says
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


def _has_no_way_back(text: str) -> bool:
    """Tell whether a migration of Alembic, which parses, upgrades and does not downgrade."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # an `await` outside a function, which is taken in a block
        return False
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if "upgrade" not in functions:
        return False
    down = functions.get("downgrade")
    idle = ast.Pass | ast.Raise | ast.Expr  # a docstring and `...` are expressions of constants
    return down is None or all(
        isinstance(node, idle)
        and (not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant))
        for node in down.body
    )

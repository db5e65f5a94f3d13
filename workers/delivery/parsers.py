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
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sessions import bounds
from sessions.patterns import lazy_pattern
from workers import sql
from workers.delivery import dialects, openapi
from workers.delivery.dialects.stand_ins import leaves_columns_out
from workers.repository.source import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What the survey sets for itself is none for parsers: some call C for each level.
RECURSION = 3_000
# Templates of other tools stand for text that is not there yet; dots, save in Python, for what is
# left out.
_TEMPLATED = lazy_pattern(r"\{\{|\{%|<%|\$\{\{")
_LEFT_OUT = lazy_pattern(r"\.\.\.|\u2026|<[A-Za-z_][\w -]*>|\$\{")
# What is no JSON, and shown as JSON: comments, answers of a server, one document a line.
_ABOUT_JSON = lazy_pattern(
    r"^[ \t]*(?://|#|/\*)|[\[{,\]}\"\w][ \t]*(?://|#|/\*)|\*/"
    r"|^[ \t]*(?:HTTP/\d|(?:GET|POST|PUT|PATCH|DELETE) /)",
    re.MULTILINE,
)
_NEWER_PYTHON = lazy_pattern(
    r"^[ \t]*type \w+\b.*=|\bdef \w+\[|\bclass \w+\[|^[ \t]*except \w+\s*,|\bt['\"]|f['\"]",
    re.MULTILINE,
)
_SPACES = lazy_pattern("[\xa0\u2000-\u200a\u202f\u205f\u3000]")
_BLANKS = " \t\f\v"

Verdict = Literal["valid", "invalid", "unverifiable", "over"]


class Finding(NamedTuple):
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
    return language == "sql" or language in _PARSERS


def parse(language: str, text: str, spoken: frozenset[str] = dialects.ANY) -> Finding:
    """Judge a text by its language; one that nothing reads is not verifiable.

    `spoken` are the dialects that SQL may be of; of none of them it is not verifiable either. What
    is over a limit (see `sessions.bounds`) is seen by no parser.
    """
    if not is_known(language):
        return UNVERIFIABLE
    over = bounds.over_block(language, text)
    if over is not None:
        return Finding("over", over.what, over.line)
    try:
        with _shallow():
            return _parsed(language, textwrap.dedent(_seen(text)), spoken)
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


def _parsed(language: str, text: str, spoken: frozenset[str]) -> Finding:
    if language == "sql":
        return _sql(text, spoken)
    fault = _PARSERS[language](text)
    if fault is None:
        one_way = language == "python" and _has_no_way_back(text)
        return Finding("valid", one_way=one_way)
    left_out = language != "python" and _LEFT_OUT.search(text)
    if fault.reason == _UNKNOWN or left_out or _TEMPLATED.search(text):
        return UNVERIFIABLE
    return Finding("invalid", fault.reason, fault.line)


_UNKNOWN = "cannot be told"


class _Fault(NamedTuple):
    reason: str
    line: int | None = None


def _json(text: str) -> _Fault | None:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        if _ABOUT_JSON.search(text) or _is_part_of_json(text):
            return _Fault(_UNKNOWN)
        return _Fault(error.msg, error.lineno)
    except ValueError as error:  # an integer of thousands of digits
        return _Fault(str(error).split(":")[0])
    return _document_fault(document) if openapi.is_whole(document) else None


def _is_part_of_json(text: str) -> bool:
    """Tell whether a text is members of an object, or a document on each of its lines."""
    bare = text.strip().rstrip(",")
    return (
        _is_json(f"{{{bare}}}")
        or _is_json(f"[{bare}]")
        or all(_is_json(line) for line in text.split("\n") if line.strip())
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _yaml(text: str) -> _Fault | None:
    import yaml

    # Composing expands no alias and constructs no object.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        roots = list(yaml.compose_all(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = str(getattr(error, "problem", None) or "is no YAML")
        # PyYAML reads YAML 1.1, and refuses tabs that 1.2 takes as blanks.
        if "\t" in text:
            return _Fault(_UNKNOWN)
        return _Fault(reason, mark.line + 1 if mark else None)
    keys = [
        key.value
        for root in roots[:1]
        if isinstance(root, yaml.MappingNode)
        for key, _ in root.value
        if isinstance(key, yaml.ScalarNode)
    ]
    return _openapi(text) if {"openapi", "paths"} <= set(keys) else None


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


def _sql(text: str, spoken: frozenset[str]) -> Finding:
    if not spoken:
        return UNVERIFIABLE
    taken = dialects.is_taken(text, spoken)
    if not taken and _is_python_for_sure(text):
        return Finding("invalid", "it is Python", 1)
    fault = None if taken else dialects.fault_of(text, spoken)
    if fault is not None:
        return Finding("invalid", fault.reason, fault.line)
    if leaves_columns_out(text):  # what is made of such a text is not what it means
        return Finding("valid" if taken else "unverifiable")
    only = min(spoken) if len(spoken) == 1 else ""
    script = sql.read(text, _IN_SQLGLOT.get(only, only))
    if not taken and spoken - dialects.EXACT.keys():  # of which nobody here has the grammar
        taken = not script.not_understood
    return Finding("valid" if taken else "unverifiable", script=script)


_IN_SQLGLOT = {"postgresql": "postgres"}
_OF_MIGRATIONS = frozenset("op sa migrations models schema_editor".split())


def _is_python_for_sure(text: str) -> bool:
    """Tell whether a text is Python that no SQL looks like: a definition, an import, `op.x()`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text).body
    except (SyntaxError, ValueError, MemoryError):
        return False
    sure = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
    return any(isinstance(node, sure) or _called_on(node) in _OF_MIGRATIONS for node in body)


def _called_on(node: ast.stmt) -> str:
    """Return the name on which a statement calls a method."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            return called.value.id
    return ""


def _graphql(text: str) -> _Fault | None:
    import graphql

    if _NEWER_GRAPHQL.search(text):
        return _Fault(_UNKNOWN)
    if _NEWER_GRAPHQL.search(text):
        return _Fault(_UNKNOWN)
    first: _Fault | None = None
    for whole in ("{}",) if _DEFINITION.match(text) else ("{}", *_AROUND_GRAPHQL):
        try:
            graphql.parse(whole.format(text), no_location=True)
        except graphql.GraphQLSyntaxError as error:
            if first is None:
                line = error.locations[0].line if error.locations else None
                reason = error.message.removeprefix("Syntax Error: ").rstrip(".")
                first = _Fault(reason, line)
        else:
            return None
    return first


_DEFINITION = lazy_pattern(
    r"\s*(?:[{\"]|(?:query|mutation|subscription|fragment|schema|extend|scalar|type|interface|union"
    r"|enum|input|directive)\b)"
)
# What has the fields of a type, of an input or of a selection, or the values of an enumeration.
_AROUND_GRAPHQL = (
    "type X {{\n{}\n}}",
    "{{\n{}\n}}",
    "input X {{\n{}\n}}",
    "enum X {{\n{}\n}}",
)
# A description of an operation, of September 2025; `?` and `!` behind a field of a query.
_NEWER_GRAPHQL = lazy_pattern(
    r'"\s*(?:query|mutation|subscription|fragment)\b|^\s*\w+[?!]+\s*(?:\{|$)', re.MULTILINE
)


def _openapi(text: str) -> _Fault | None:
    if text.lstrip().startswith("{") and _is_json(text):
        return _document_fault(json.loads(text))
    import yaml

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            return _Fault(_UNKNOWN)  # aliases are not expanded
        document = yaml.safe_load(text)  # JSON is YAML too
    except yaml.YAMLError as error:
        return _Fault(str(getattr(error, "problem", None) or "is no YAML"))
    return _document_fault(document)


def _document_fault(document: Any) -> _Fault | None:
    try:
        reason = openapi.fault_of(document)
    except ValueError:
        return _Fault(_UNKNOWN)
    return None if reason is None else _Fault(reason)


_PARSERS: dict[str, Callable[[str], _Fault | None]] = {
    "json": _json,
    "yaml": _yaml,
    "toml": _toml,
    "python": _python,
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

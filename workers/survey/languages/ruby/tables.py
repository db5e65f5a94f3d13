"""The tables of Active Record: `schema.rb`, and migrations where there is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.ruby.columns import Version
from workers.survey.languages.ruby.expressions import declarations
from workers.survey.languages.ruby.index_names import IndexNames
from workers.survey.languages.ruby.inflections import Inflections, own_words
from workers.survey.languages.ruby.migrations import CALLS
from workers.survey.languages.ruby.statements_of_sql import with_sql
from workers.survey.languages.ruby.steps import Steps
from workers.survey.tables.history import Declarations, History

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Node = list[Any]
DECLARES = lazy_pattern(rb"\bcreate_table\s{0,9}\(?\s{0,9}[:\"'(]")
SOURCE = "activerecord"
_VERSION = lazy_pattern(r"^(?:ActiveRecord::)?(?:Migration|Schema)\[(\d{1,2})\.(\d{1,2})\]$")
_NEWEST = Version(7, 0)
_OLDEST = Version(4, 2)
_INFLECTIONS = "config/initializers/inflections.rb"
_BACKWARDS = frozenset({"down", "self.down"})


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something of tables."""
    if file.endswith(_INFLECTIONS):
        return True
    return b"ActiveRecord::Schema" in source or b"ActiveRecord::Migration" in source


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return what a file says: the statements of a schema, or those of a migration."""
    statements = declarations(source)
    if file.endswith(_INFLECTIONS):
        return {"kind": "words", "words": own_words(statements)}
    for node, base in _outermost(statements):
        if node[0] == "call":
            return {"kind": "schema", "version": _version(base), "statements": node[6][1]}
        body = [with_sql(one) for one in node[4]]
        return {"kind": "migration", "version": _version(base), "statements": body}
    return {"kind": "none"}


def _outermost(statements: list[Node]) -> Iterator[tuple[Node, str]]:
    """Yield the schema and the migrations of a file, each with what it is defined on."""
    waiting = list(reversed(statements))
    while waiting:
        node = waiting.pop()
        if node[0] == "class" and node[3] is None:
            waiting += reversed(node[4])
        elif node[0] == "class" and "Migration" in node[3]:
            yield node, node[3]
        elif node[0] == "call" and node[3] == "define" and node[6] and node[2]:
            base = _constant(node[2])
            if "Schema" in base:
                yield node, base


def _constant(node: Node) -> str:
    """Return `ActiveRecord::Schema[7.0]` as it is written."""
    if node[0] == "c":
        return str(node[1])
    if node[0] == "at" and node[2]:
        return f"{_constant(node[1])}[{node[2][0][1]}]"
    return ""


def _version(base: str) -> list[int] | None:
    match = _VERSION.match(base.replace(" ", ""))
    return [int(match[1]), int(match[2])] if match else None


def resolve(files: Mapping[str, dict[str, Any]]) -> Declarations:
    """Return the tables of all schemas, and what migrations leave that have no schema."""
    words = Inflections()
    for fact in files.values():
        if fact["kind"] == "words":
            words.irregular += [(one, many) for one, many in fact["words"][0]]
            words.uncountable |= set(fact["words"][1])
    declarations_ = Declarations()
    covered: set[str] = set()
    for file, fact in files.items():
        if fact["kind"] == "schema":
            steps = _schema(fact, words)
            history = History(SOURCE, [(file, steps)])
            declarations_.declared += history.tables()
            declarations_.understood.add(file)
            covered.add(file.rpartition("/")[0].removesuffix("db"))
    folders: dict[str, list[str]] = {}
    for file, fact in files.items():
        if fact["kind"] != "migration":
            continue
        folder = file.rpartition("/")[0]
        if any(folder.startswith(root) for root in covered):
            declarations_.understood.add(file)
        else:
            folders.setdefault(_database(folder), []).append(file)
    for listed in folders.values():
        ordered = sorted(listed, key=_order)
        names = IndexNames()
        replayed = [(file, names.followed(_migration(files[file], words))) for file in ordered]
        history = History(SOURCE, replayed)
        declarations_.histories.append(history)
        declarations_.understood |= set(listed)
    return declarations_


def _database(folder: str) -> str:
    """Return the folder of the migrations of one database, which may have folders inside."""
    match = re.match(r"(.*?\w*migrate)(?:/|$)", folder)
    return match[1] if match else folder


def _order(file: str) -> tuple[int, str]:
    name = file.rpartition("/")[2]
    digits = re.match(r"\d{1,20}", name)
    return (int(digits[0]) if digits else 0, name)


def _schema(fact: dict[str, Any], words: Inflections) -> list[dict[str, Any]]:
    """Return the steps of a schema; one without a version that adds indexes apart is of Rails 4."""
    statements = fact["statements"]
    apart = any(node[0] == "call" and node[3] == "add_index" for node in statements)
    version = Version(*fact["version"]) if fact["version"] else _OLDEST if apart else _NEWEST
    steps = Steps(words, version, CALLS, is_schema=True)
    steps.run(statements, {})
    return steps.listed


def _migration(fact: dict[str, Any], words: Inflections) -> list[dict[str, Any]]:
    """Return the steps of a migration: of `change`, or of `up`."""
    version = Version(*fact["version"]) if fact["version"] else _OLDEST
    steps = Steps(words, version, CALLS, is_schema=False)
    names: dict[str, Any] = {}
    entries: list[Node] = []
    for node in fact["statements"]:
        if node[0] == "=":
            steps.run([node], names)
        elif node[0] == "def":
            name = node[1].removeprefix("self.")
            if name in {"change", "up"}:
                entries.append(node)
            elif name not in _BACKWARDS:
                steps.functions[name] = node
    for entry in entries:
        steps.run(entry[3], dict(names))
    return steps.listed

"""Collections that Mongoose declares: `model("User", new Schema({...}))`, and NestJS's classes.

A path of a schema is a column, one of an object inside another with a dot. The name is what
Mongoose makes of a model's, unless it is told. A schema that no model has is a part of others.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.found import Column, Index, NotUnderstood, Table
from workers.survey.tables.expressions import (
    argument,
    called,
    is_map,
    line_of,
    name_of,
    named,
    string,
)
from workers.survey.tables.mongoose_paths import Paths
from workers.survey.tables.plurals import collection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.tables.expressions import Expression
    from workers.survey.tables.mongoose_source import Fact

_DEEP = 12


class _Found(NamedTuple):
    """A schema: the file that it stands in, what it is called there, and its call or class."""

    file: str
    variable: str
    value: Expression


def tables(scripts: Mapping[str, dict[str, Any]]) -> Iterator[Table | NotUnderstood]:
    """Yield the collections of all models, and the models whose schema was not found."""
    known = {file: script["mongoose"] for file, script in scripts.items() if script.get("mongoose")}
    if not known:
        return
    models = _Models(scripts, known)
    for file, fact in sorted(known.items()):
        for name, schema, collected, at in fact["models"]:
            yield from models.table(file, name, schema, collected, at)


class _Models:
    def __init__(self, scripts: Mapping[str, dict[str, Any]], known: Mapping[str, Fact]) -> None:
        self.scripts, self.known = scripts, known
        self.by_name: dict[str, list[tuple[str, Expression]]] = {}
        self.classes: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self.collections: dict[str, str] = {}
        self.seen: set[tuple[str, str, int]] = set()
        for file, fact in known.items():
            for variable, value in fact["schemas"].items():
                self.by_name.setdefault(variable, []).append((file, value))
        for file, script in scripts.items():
            for each in script["classes"]:
                self.classes.setdefault(each["name"], []).append((file, each))
        for file, fact in known.items():
            for name, schema, collected, _ in fact["models"]:
                self.collections.setdefault(name, self.collection_of(file, name, schema, collected))

    def collection_of(self, file: str, name: str, schema: Expression, collected: str | None) -> str:
        """Return what a model's collection is called."""
        found_there = self.find(file, schema)
        options = self.options(found_there) if found_there is not None else {}
        return collected or string(options.get("collection")) or collection(name)

    def options(self, schema: _Found) -> dict[str, Expression]:
        """Return the options of a schema, or of the decorator of its class."""
        if isinstance(schema.value, dict) and "class" in schema.value:
            of_class = self.class_of(schema.file, schema.value["class"])
            marks = of_class[1]["decorators"] if of_class else []
            mark = next((mark for mark in marks if called(mark) == "Schema"), None)
            return named(argument(mark, 0))
        return named(argument(schema.value, 1))

    def class_of(self, file: str, name: str) -> tuple[str, dict[str, Any]] | None:
        """Return a class, of the same file where several are called so."""
        several = self.classes.get(name, [])
        own = [each for each in several if each[0] == file]
        return (own or several)[0] if own or len(several) == 1 else None

    def find(self, file: str, schema: Expression, depth: int = 0) -> _Found | None:
        """Return the schema that an argument of `model` is."""
        if called(schema) == "Schema":
            return _Found(file, "", schema)
        if called(schema) == "createForClass":
            name = name_of(argument(schema, 0))
            return _Found(file, "", {"class": name}) if name else None
        variable = name_of(schema)
        if not variable or depth > _DEEP:
            return None
        fact = self.known.get(file, {"schemas": {}, "imports": {}})
        if variable in fact["schemas"]:
            return _Found(file, variable, fact["schemas"][variable])
        if variable in fact["imports"]:
            module, name = fact["imports"][variable]
            target = file if not module else self._file(file, module)
            if target is not None and (target, name) != (file, variable):
                inner = self.find(target, {"name": name}, depth + 1)
                if inner is not None:
                    return inner
        several = self.by_name.get(variable.rpartition(".")[2], [])
        if len(several) == 1 and variable != "default":
            return _Found(several[0][0], variable.rpartition(".")[2], several[0][1])
        return None

    def _file(self, importer: str, module: str) -> str | None:
        if not module.startswith("."):
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
        plain = path
        for end in (".js", ".mjs", ".cjs", ".ts"):
            plain = plain.removesuffix(end)
        for end in "ts js mts mjs cjs tsx jsx".split():
            for candidate in (f"{plain}.{end}", f"{path}.{end}", f"{path}/index.{end}"):
                if candidate in self.known:
                    return candidate
        return None

    def table(
        self, file: str, name: str, schema: Expression, collected: str | None, at: int
    ) -> Iterator[Table | NotUnderstood]:
        """Yield the collection of a model."""
        found_there = self.find(file, schema)
        if found_there is None and schema is None:
            found_there = _Found(file, "", {"class": name})
        if found_there is None:
            if name_of(schema) or called(schema):
                yield NotUnderstood(file, at, "the schema of a model was not found")
            return
        title = self.collection_of(file, name, schema, collected)
        made = self._of_schema(found_there, title, name)
        if made is None:
            yield NotUnderstood(file, at, "the schema of a model was not found")
        elif (made.name, made.file, made.line) not in self.seen:
            self.seen.add((made.name, made.file, made.line))
            yield made

    def _of_schema(self, schema: _Found, title: str, model: str) -> Table | None:
        options = self.options(schema)
        if isinstance(schema.value, dict) and "class" in schema.value:
            of_class = self.class_of(schema.file, schema.value["class"])
            if of_class is None or not _is_marked(of_class[1]):
                return None
            file, at = of_class[0], of_class[1]["line"]
            reader = Paths(self.collections)
            reader.of_class(of_class[1])
        else:
            file, at = schema.file, line_of(schema.value)
            reader = Paths(self.collections)
            declared = argument(schema.value, 0)
            if not is_map(declared):
                reader.whole = False
            reader.of_object(declared, "", 0)
        fact = self.known.get(schema.file, {"indexes": [], "changed": []})
        for owner, fields, unique in fact["indexes"]:
            if owner == schema.variable and fields:
                reader.indexes.append(Index(None, tuple(fields), unique))
        changed = schema.variable in fact["changed"] or bool(
            options.get("discriminatorKey") or options.get("strict") is False
        )
        return Table(
            title, file, at, "mongoose", model,
            (*_key(reader.columns, options), *reader.columns.values(), *_timestamps(options)),
            tuple(reader.indexes), tuple(reader.keys),
            whole=reader.whole and not changed and bool(reader.columns),
        )  # fmt: skip


def _is_marked(fact: dict[str, Any]) -> bool:
    names = {called(mark) or name_of(mark) for mark in fact["decorators"]}
    return "Schema" in names


def _key(columns: Mapping[str, Column], options: Mapping[str, Expression]) -> list[Column]:
    if "_id" in columns or options.get("_id") is False:
        return []
    return [Column("_id", "ObjectId", nullable=False, primary_key=True)]


def _timestamps(options: Mapping[str, Expression]) -> list[Column]:
    setting = options.get("timestamps")
    if setting is not True and not is_map(setting):
        return []
    renamed = named(setting)
    names = [renamed.get(key, True) for key in ("createdAt", "updatedAt")]
    titles = [
        key if name is True else str(name)
        for key, name in zip(("createdAt", "updatedAt"), names, strict=True)
        if name is True or isinstance(name, str)
    ]
    return [Column(title, "Date") for title in titles]

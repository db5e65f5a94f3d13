"""Prisma schemas, by their line grammar: models, maps, relations, implicit many-to-many tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import Column, ForeignKey, Index, NotUnderstood, Table
from workers.survey.tables.history import Declarations
from workers.survey.tables.replay import keyed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DECLARES = lazy_pattern(rb"^model\s+\w+\s*\{", re.MULTILINE)
LINE_CHARACTERS = 5_000
_BLOCK = lazy_pattern(r"^\s*(model|enum|type|view)\s+(\w+)\s*\{\s*$")
_FIELD = lazy_pattern(r"^\s*(\w+)\s+(\w+(?:\(\"[^\"]*\"\))?)(\[\])?(\?)?(?:\s+(.*))?$")
_QUOTED = lazy_pattern(r"\"([^\"]*)\"")
_ATTRIBUTE = lazy_pattern(r"@{1,2}([\w.]+)")
_LISTED = lazy_pattern(r"\[([^\]]*)\]")
_SINGLE = lazy_pattern(r"^\(\s*(?:fields:\s*)?(\w+)\s*(?:\(.*\)\s*)?(?:[,)].*)$")
_OF_FIELDS = frozenset({"id", "unique", "index", "fulltext"})
_COMMENT = lazy_pattern(r"\"[^\"\n]*\"|//")


@dataclass
class PrismaModel:
    """A model of a schema, its fields still by their own names."""

    name: str
    file: str
    line: int
    fields: list[dict[str, Any]] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    whole: bool = False

    @property
    def table(self) -> str:
        """Its table: the name that it is mapped to, else its own."""
        mapped = next((text for name, text in self.attributes if name == "map"), None)
        quoted = _QUOTED.search(mapped) if mapped else None
        schema = next((text for name, text in self.attributes if name == "schema"), None)
        inside = _QUOTED.search(schema) if schema else None
        own = quoted[1] if quoted else self.name
        return f"{inside[1]}.{own}" if inside and inside[1] != "public" else own


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a schema declares models or enums."""
    del file
    return b"model " in source or b"enum " in source


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return a schema's models, enums, and the lines that were not understood."""
    del file
    models: list[dict[str, Any]] = []
    enums: list[str] = []
    failed: list[tuple[int, str]] = []
    current: dict[str, Any] | None = None
    opened = False
    for number, raw in enumerate(source.decode("utf-8-sig", "replace").split("\n"), 1):
        line = _without_comment(raw[:LINE_CHARACTERS]).strip()
        block = _BLOCK.match(line)
        if block and not opened:
            opened = True
            if block[1] == "model":
                current = {"name": block[2], "line": number, "fields": [], "attributes": []}
                models.append(current)
            else:
                enums += [block[2]] if block[1] == "enum" else []
        elif line == "}":
            current, opened = None, False
        elif current is not None and line:
            _add_line(current, line, number, failed)
    return {"models": models, "enums": enums, "failed": failed}


def _without_comment(line: str) -> str:
    marks = (one.start() for one in _COMMENT.finditer(line) if one[0] == "//")
    return line[: next(marks, len(line))]


def _add_line(model: dict[str, Any], line: str, number: int, failed: list[tuple[int, str]]) -> None:
    if line.startswith("@@"):
        attribute = _ATTRIBUTE.match(line)
        if attribute:
            model["attributes"].append([attribute[1], line[attribute.end() :]])
        return
    match = _FIELD.match(line)
    if match is None:
        failed.append((number, f"a line of model {model['name']} that is no field"))
        return
    model["fields"].append(
        {
            "name": match[1], "type": match[2], "many": bool(match[3]), "optional": bool(match[4]),
            "rest": match[5] or "", "line": number,
        }
    )  # fmt: skip


def resolve(files: Mapping[str, dict[str, Any]]) -> Declarations:
    """Return the tables of all models; schemas of one folder belong together."""
    declarations = Declarations()
    folders: dict[str, dict[str, PrismaModel]] = {}
    for file, fact in files.items():
        declarations.not_understood += [
            NotUnderstood(file, line, why) for line, why in fact["failed"]
        ]
        for declared in fact["models"]:
            attributes = [(name, text) for name, text in declared["attributes"]]
            model = PrismaModel(
                declared["name"], file, declared["line"], declared["fields"], attributes,
                whole=not fact["failed"],
            )  # fmt: skip
            folders.setdefault(file.rpartition("/")[0], {})[model.name] = model
    for models in folders.values():
        for model in models.values():
            if not any(name == "ignore" for name, _ in model.attributes):
                declarations.declared.append(_table(model, models))
        declarations.declared += _implicit(models)
    return declarations


def _table(model: PrismaModel, models: dict[str, PrismaModel]) -> Table:
    columns: list[Column] = []
    indexes: list[Index] = []
    keys: list[ForeignKey] = []
    for declared in model.fields:
        if declared["type"] in models:
            keys += _key(model, declared, models)
            continue
        if "@ignore" in declared["rest"]:
            continue
        columns.append(_column(declared))
    primary: list[str] = []
    whole = model.whole
    for name, text in model.attributes:
        names = tuple(_mapped(model, part) for part in _fields_named(text))
        if name in _OF_FIELDS and not names:
            whole = False
        if name == "id":
            primary += names
        elif name in {"unique", "index", "fulltext"} and names:
            mapped = re.search(r"map:\s*\"([^\"]*)\"", text)
            indexes.append(Index(mapped[1] if mapped else None, names, name == "unique"))
    table = Table(
        model.table, model.file, model.line, "prisma", model.name,
        tuple(columns), tuple(indexes), tuple(keys), whole=whole,
    )  # fmt: skip
    return keyed(table, primary)


def _fields_named(arguments: str) -> list[str]:
    """Return the fields of `([a, b])`, `(fields: [a], map: "x")`, and of a single one: `(a)`."""
    match = _LISTED.search(arguments)
    single = _SINGLE.match(arguments)
    return _parts(match[1] if match else single[1] if single else "")


def _parts(listed: str) -> list[str]:
    """Return the fields of `[a, b(sort: Desc)]`."""
    return [
        part for part in re.findall(r"(?:^|,)\s*(\w+)", re.sub(r"\([^)]*\)", "", listed)) if part
    ]


def _column(declared: dict[str, Any]) -> Column:
    rest = declared["rest"]
    mapped = re.search(r"@map\(\s*(?:name:\s*)?\"([^\"]*)\"", rest)
    default = _default(rest)
    native = re.search(r"@db\.(\w+(?:\([^)]*\))?)", rest)
    kind = declared["type"] + ("[]" if declared["many"] else "")
    return Column(
        mapped[1] if mapped else declared["name"],
        f"{kind} @db.{native[1]}" if native else kind,
        declared["optional"],
        re.search(r"@id\b", rest) is not None,
        re.search(r"@unique\b", rest) is not None,
        default,
    )


def _default(rest: str) -> str | None:
    """Return what stands in `@default(...)`, its parentheses counted."""
    start = rest.find("@default(")
    if start < 0:
        return None
    depth, begin = 0, start + len("@default(")
    for position in range(begin, len(rest)):
        depth += (rest[position] == "(") - (rest[position] == ")")
        if depth < 0:
            return rest[begin:position]
    return rest[begin:]


def _mapped(model: PrismaModel, name: str) -> str:
    """Return the column of a field."""
    own = next((one for one in model.fields if one["name"] == name), None)
    return _column(own).name if own else name


def _key(
    model: PrismaModel, declared: dict[str, Any], models: dict[str, PrismaModel]
) -> Iterator[ForeignKey]:
    fields, referred = (_named_in(declared["rest"], word) for word in ("fields", "references"))
    if not fields:
        return
    other = models[declared["type"]]
    action = re.search(r"onDelete:\s*(\w+)", declared["rest"])
    yield ForeignKey(
        tuple(_mapped(model, part) for part in fields),
        other.table,
        tuple(_mapped(other, part) for part in referred),
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", action[1]).upper() if action else None,
    )


def _named_in(relation: str, word: str) -> list[str]:
    """Return the fields of `fields: [a, b]` or `fields: a`."""
    match = re.search(rf"\b{word}:\s*(?:\[([^\]]*)\]|(\w+))", relation)
    return _parts(match[1] or match[2] or "") if match else []


def _implicit(models: dict[str, PrismaModel]) -> Iterator[Table]:
    """Return the tables of lists on both sides: `_AToB`, or `_name` where the relation has one."""
    seen: set[str] = set()
    for model in models.values():
        for declared in model.fields:
            other = models.get(declared["type"])
            if other is None or not declared["many"]:
                continue
            back = [
                each for each in _lists_of(other, model) if _relation(each) == _relation(declared)
            ]
            back = [each for each in back if other is not model or each["name"] != declared["name"]]
            first, second = sorted((model.name, other.name))
            name = f"_{_relation(declared) or f'{first}To{second}'}"
            if back and name not in seen:
                seen.add(name)
                yield _joined(name, model, declared, models[first], models[second])


def _lists_of(model: PrismaModel, other: PrismaModel) -> list[dict[str, Any]]:
    return [one for one in model.fields if one["many"] and one["type"] == other.name]


def _relation(declared: dict[str, Any]) -> str | None:
    match = re.search(r"@relation\(\s*(?:name:\s*)?\"([^\"]*)\"", declared["rest"])
    return match[1] if match else None


def _joined(
    name: str, model: PrismaModel, declared: dict[str, Any], first: PrismaModel, second: PrismaModel
) -> Table:
    columns = []
    for letter, side in (("A", first), ("B", second)):
        key = next((each for each in side.fields if "@id" in each["rest"]), None)
        columns.append(Column(letter, key["type"] if key else None, nullable=False))
    return Table(
        name, model.file, declared["line"], "prisma", f"{model.name}.{declared['name']}",
        tuple(columns),
        (Index(None, ("A", "B"), unique=True), Index(None, ("B",))),
        (
            ForeignKey(("A",), first.table, (_key_name(first),), "CASCADE"),
            ForeignKey(("B",), second.table, (_key_name(second),), "CASCADE"),
        ),
    )  # fmt: skip


def _key_name(model: PrismaModel) -> str:
    key = next((one for one in model.fields if re.search(r"@id\b", one["rest"])), None)
    return _column(key).name if key else "id"

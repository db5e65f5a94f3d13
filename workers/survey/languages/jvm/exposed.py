"""Tables of Exposed: objects that extend `Table`, and those that have a key of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index, NotUnderstood, Table
from workers.survey.languages.jvm.declarations import listed, simple, unnamed
from workers.survey.languages.jvm.program import Scope

if TYPE_CHECKING:
    from workers.survey.languages.jvm.program import Declared, Program
    from workers.survey.tables.history import Declarations

PACKAGE = "org.jetbrains.exposed"
KEYS = {
    "IntIdTable": "integer", "LongIdTable": "long", "UUIDTable": "uuid", "UuidTable": "uuid",
    "UIntIdTable": "uinteger", "ULongIdTable": "ulong",
}  # fmt: skip
TABLES = frozenset({"Table", "IdTable", "CompositeIdTable", *KEYS})
# What makes a column of a name and perhaps a size.
KINDS = frozenset(
    "integer short long byte ubyte ushort uinteger ulong float double decimal char varchar text"
    " mediumText largeText bool blob binary uuid javaUUID date datetime time timestamp"
    " timestampWithTimeZone duration enumeration enumerationByName customEnumeration json jsonb"
    " array registerColumn".split()
)
_INDEXES = frozenset({"index", "uniqueIndex"})
REFERENCES = frozenset({"reference", "optReference"})
# What follows a column and changes nothing that the map says.
_PLAIN = frozenset(
    "autoIncrement entityId check clientDefault autoinc defaultExpression databaseGenerated"
    " withDefinition transform memoizedTransform comment autoGenerate withCharset collate"
    " nullTransform".split()
)


def add_tables(program: Program, declarations: Declarations) -> None:
    """Add the tables of all objects that are one."""
    known = {
        (one.file, one.name): base
        for one in program.all_classes()
        if one.fact["kind"] == "object" and (base := _base(program, one)) is not None
    }
    for declared in program.all_classes():
        base = known.get((declared.file, declared.name))
        if base is None:
            continue
        name = _name(program, declared)
        if name is None:
            reason = f"a table of {simple(declared.name)} whose name is computed"
            row = NotUnderstood(declared.file, declared.fact["line"], reason)
            declarations.not_understood.append(row)
        else:
            declarations.declared.append(_Reader(program, declared, base).table(name))


def _base(program: Program, declared: Declared) -> str | None:
    """Return which class of Exposed an object extends, directly or through its own classes."""
    for entry in [declared, *program.ancestors(declared)]:
        above = str(entry.fact.get("extends") or "")
        scope = Scope(entry.file, entry.name)
        is_library = above in TABLES and program.find(above, scope) is None
        if is_library and program.is_imported(above, scope, PACKAGE):
            return above
    return None


def _arguments(program: Program, declared: Declared) -> list[Any] | None:
    """Return what the class of Exposed is called with; None where an own class hides it."""
    own: list[Any] = declared.fact.get("arguments") or []
    above = program.find(str(declared.fact.get("extends") or ""), _scope(declared))
    if above is None:
        return own
    passed: list[Any] = above.fact.get("arguments") or []
    if not passed or passed[0] is None:
        return None if own or passed else []
    if passed[0][0] == "name" and len(passed) == 1 and len(own) == 1:
        return own  # an own class that hands on the name that it is made with
    return passed if passed[0][0] == "str" and not own else None


def _scope(declared: Declared) -> Scope:
    return Scope(declared.file, declared.name)


def _name(program: Program, declared: Declared) -> str | None:
    """Return the name of a table: what it is made with, else that of the object."""
    arguments = _arguments(program, declared)
    default = simple(declared.name).removesuffix("Table")
    if not arguments:
        return default if arguments is not None else None
    by_name = {one[1]: one[2] for one in arguments if one and one[0] == "named"}
    is_named = bool(arguments[0]) and arguments[0][0] == "named"
    if is_named and "name" not in by_name:
        return default
    written = by_name["name"] if "name" in by_name else arguments[0]
    own = program.text(written, _scope(declared))
    return default if own == "" else own


class _Reader:
    """Reads the columns of one table."""

    def __init__(self, program: Program, declared: Declared, base: str) -> None:
        self.program = program
        self.declared = declared
        self.base = base
        self.columns: dict[str, Column] = {}
        self.by_property: dict[str, str] = {}
        self.keys: list[ForeignKey] = []
        self.indexes: list[Index] = []
        self.whole = True

    def table(self, name: str) -> Table:
        """Return the table."""
        lineage = [self.declared, *self.program.ancestors(self.declared)]
        self._add_key()
        for entry in reversed(lineage):
            # The key may stand before the columns that it is of.
            for field in sorted(
                entry.fact["fields"], key=lambda each: each["name"] == "primaryKey"
            ):
                self._add(field, Scope(entry.file, entry.name))
        for entry in lineage:
            for statement in entry.fact.get("init") or []:
                self._add_statement(statement)
        fact = self.declared.fact
        return Table(
            name, self.declared.file, fact["line"], "exposed", self.declared.name,
            tuple(self.columns.values()), tuple(self.indexes), tuple(self.keys), whole=self.whole,
        )  # fmt: skip

    def _add_key(self) -> None:
        kind = KEYS.get(self.base)
        if kind is None:
            return
        arguments = _arguments(self.program, self.declared) or []
        named = {one[1]: one[2] for one in arguments if one and one[0] == "named"}
        written = named.get("columnName", arguments[1] if len(arguments) > 1 else None)
        if written and written[0] == "named":
            written = None
        name = self.program.text(written, _scope(self.declared)) if written else "id"
        if name is None:
            self.whole = False
            return
        self.columns[name] = Column(name, kind, nullable=False, primary_key=True)
        self.by_property["id"] = name

    def _add(self, field: dict[str, Any], scope: Scope) -> None:
        value = field["value"]
        if field["name"] == "primaryKey":
            self._primary(value)
            return
        chain: list[list[Any]] = []
        while value and value[0] == "call" and value[1] is not None and len(chain) < 40:
            chain.append(value)
            value = value[1]
        if not value or value[0] != "call":
            self.whole = self.whole and bool(value) and value is not None and value[0] != "name"
            return
        if value[2] in KINDS or value[2] in REFERENCES:
            self._column(field["name"], value, chain[::-1], scope)
        else:
            self.whole = False  # it may be a column of the repository's own functions

    def _column(self, field: str, made: list[Any], chain: list[list[Any]], scope: Scope) -> None:
        kind = made[2]
        name = self.program.text(unnamed(made[3][0]) if made[3] else None, scope)
        if name is None:
            self.whole = False
            return
        defaults = [call[3][0] for call in chain if call[2] == "default" and call[3]]
        indexed = [self._index_of(call, name) for call in chain if call[2] in _INDEXES]
        null = kind == "optReference" or any(call[2] == "nullable" for call in chain)
        is_key = self.columns[name].primary_key if name in self.columns else False
        self.columns[name] = Column(
            name, _type_text(made), null, is_key, any(indexed),
            self.program.text(defaults[0], scope) if defaults else None,
        )  # fmt: skip
        self.by_property[field] = name
        self._follow(name, made, chain, scope)

    def _follow(self, name: str, made: list[Any], chain: list[list[Any]], scope: Scope) -> None:
        """Add what a column refers to; of what follows it and is not known, something is missed."""
        if made[2] in REFERENCES and len(made[3]) > 1:
            self._refer(name, made[3][1:], scope)
        for call in chain:
            if call[2] in REFERENCES | {"references"} and call[3]:
                self._refer(name, call[3], scope)
            elif call[2] not in _PLAIN | _INDEXES | {"nullable", "default"}:
                self.whole = False

    def _index_of(self, call: list[Any], name: str) -> bool:
        """Add the index that follows a column; tells whether it makes the column unique."""
        own, is_unique = _index(call)
        if own or not is_unique:
            self.indexes.append(Index(own, (name,), is_unique))
        return is_unique

    def _refer(self, name: str, arguments: list[Any], scope: Scope) -> None:
        """Add what a column refers to: a table, or a column of one."""
        values = [one for one in arguments if one and one[0] == "name"]
        target = str(values[0][1]) if values else ""
        declared = self.program.find(target, scope)
        column = None
        if declared is None:
            holder, _, column = target.rpartition(".")
            declared = self.program.find(holder, scope) if holder else None
        table = _name(self.program, declared) if declared is not None else None
        if declared is None or table is None:
            self.whole = False
            return
        referred = _column_called(declared, column or "id")
        self.keys.append(ForeignKey((name,), table, (referred,), _action(arguments)))

    def _primary(self, value: Any) -> None:
        arguments = [each for one in (value[3] if value else []) for each in listed(one)]
        names = [self.by_property.get(one[1]) for one in arguments if one and one[0] == "name"]
        if not names or None in names:
            self.whole = False
        for name in names:
            if name is not None:
                own = self.columns[name]
                self.columns[name] = Column(
                    own.name, own.type, nullable=False, primary_key=True, unique=own.unique,
                    default=own.default,
                )  # fmt: skip

    def _add_statement(self, statement: Any) -> None:
        if not statement or statement[0] != "call":
            return
        arguments = [one for one in statement[3] if one and one[0] == "name"]
        columns = [
            self.by_property.get(one[1]) for one in arguments if one[1] not in {"true", "false"}
        ]
        if statement[2] not in _INDEXES or not columns or None in columns:
            self.whole = False
            return
        own, is_unique = _index(statement)
        self.indexes.append(Index(own, tuple(str(one) for one in columns), is_unique))


def _index(call: list[Any]) -> tuple[str | None, bool]:
    """Return the name of an index, and whether it is unique."""
    own = next((one[1] for one in call[3] if one and one[0] == "str"), None)
    flags = [one[1] for one in map(unnamed, call[3]) if one and one[0] in {"lit", "name"}]
    return own, call[2] == "uniqueIndex" or "true" in flags


def _type_text(made: list[Any]) -> str | None:
    """Return the type of a column as it is written: `varchar(50)`; of a reference none is."""
    if made[2] in REFERENCES:
        return None
    size = [one[1] for one in map(unnamed, made[3][1:]) if one and one[0] == "lit"]
    return f"{made[2]}({', '.join(size)})" if size else str(made[2])


def _column_called(declared: Declared, field: str) -> str:
    """Return the column of a property of another table."""
    for entry in declared.fact["fields"]:
        value = entry["value"] if entry["name"] == field else None
        while value and value[0] == "call" and value[1] is not None:
            value = value[1]
        if value and value[0] == "call" and value[3] and (value[3][0] or [""])[0] == "str":
            return str(value[3][0][1])
    return field


def _action(arguments: list[Any]) -> str | None:
    """Return what a delete does, as SQL writes it."""
    for entry in arguments:
        if entry and entry[0] == "named" and entry[1] == "onDelete" and entry[2]:
            return simple(str(entry[2][1])).replace("_", " ")
    return None

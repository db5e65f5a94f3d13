"""Tables of GORM's models: columns, indexes, and the keys and tables that relations make."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workers.survey.found import Column, ForeignKey, Index, Table
from workers.survey.languages.go.gorm_names import singular, snake_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.languages.go.gorm_models import Field, Key, Model, Models

_RELATES = frozenset(
    "FOREIGNKEY MANY2MANY POLYMORPHIC REFERENCES ASSOCIATIONFOREIGNKEY POLYMORPHICTYPE"
    " POLYMORPHICVALUE".split()
)
_KEEPS = frozenset({"TYPE", "SERIALIZER", "COLUMN", "DEFAULT", "SIZE"})
_TRUE = frozenset({"", "TRUE"})
# Types of others that are stored in one column though they are structs or slices.
_STORED = frozenset({"Time", "UUID", "DeletedAt", "JSON", "Decimal", "RawMessage", "StringArray"})


class Made(NamedTuple):
    """What a model makes: its own table, and keys and join tables of its relations."""

    table: Table
    keys_of_others: list[tuple[Key, ForeignKey]]
    joins: list[Table]


def is_column(field: Field, models: Models) -> bool | None:
    """Tell whether a field is a column, False for a relation, None if that is not known."""
    if _RELATES & field.options.keys():
        return False
    of = field.of
    is_stored = bool(_KEEPS & field.options.keys())
    if of is None:
        return is_stored or None
    if of[0] == "[]":
        element = of[1]
        if element and element[0] == "t" and not element[1] and element[2] in {"byte", "uint8"}:
            return True
        if models.is_struct(models.key(element, field.file)):
            return is_stored
        return is_stored or None
    if of[0] != "t":
        return is_stored or None
    return _named_is_column(field, models, is_stored=is_stored)


def _named_is_column(field: Field, models: Models, *, is_stored: bool) -> bool | None:
    of = field.of or ["t", "", ""]
    key = models.key(of, field.file)
    if models.is_struct(key):
        return bool({"TYPE", "SERIALIZER"} & field.options.keys())
    if models.is_declared(key) or not of[1] or of[2] in _STORED or is_stored:
        return True
    # Structs of others say how they are stored; a pointer to one is as often a relation.
    return None if field.pointer and key is None and not field.options else True


def primary_fields(model: Model, models: Models) -> list[Field]:
    """Return the fields of a model's primary key."""
    named = [one for one in model.fields if _flag(one, "PRIMARYKEY") and is_column(one, models)]
    return named or [one for one in model.fields if one.name.upper() == "ID"][:1]


def _flag(field: Field, name: str) -> bool:
    value = field.options.get(name)
    return value is not None and value.upper() in _TRUE


def table_of(model: Model, models: Models, all_models: Mapping[Key, Model]) -> Made:
    """Return what a model makes."""
    primary = {one.name for one in primary_fields(model, models)}
    columns: dict[str, Column] = {}
    indexes: dict[str, Index] = {}
    keys: list[ForeignKey] = []
    others: list[tuple[Key, ForeignKey]] = []
    joins: list[Table] = []
    whole = model.whole
    for field in model.fields:
        stored = is_column(field, models)
        if stored:
            columns[field.column] = _column(field, is_primary=field.name in primary)
            unique = "uix" if models.is_first_version else "idx"
            _add_indexes(indexes, field, model.table or "", unique)
        elif stored is None:
            whole = False
        else:
            relation = _Relation(field, model, models, all_models)
            keys += relation.own_keys()
            others += relation.keys_of_others()
            joins += relation.joins()
            whole &= relation.is_known
    table = Table(
        model.table or "", model.file, model.line, "gorm", model.key[1],
        tuple(columns.values()), tuple(indexes.values()), tuple(keys), whole=whole,
    )  # fmt: skip
    return Made(table, others, joins)


def _column(field: Field, *, is_primary: bool) -> Column:
    options = field.options
    return Column(
        field.column,
        options.get("TYPE") or field.written,
        not (is_primary or _flag(field, "NOT NULL") or _flag(field, "NOTNULL")),
        is_primary,
        _flag(field, "UNIQUE"),
        options.get("DEFAULT") or None,
    )


def _add_indexes(indexes: dict[str, Index], field: Field, table: str, of_unique: str) -> None:
    """Add a field to the indexes that it names; those of one name are one."""
    for option in ("INDEX", "UNIQUEINDEX"):
        if option not in field.options:
            continue
        for setting in field.options[option].split("\n"):
            name, *settings = [part.strip() for part in setting.split(",")]
            words = {part.partition(":")[0].lower(): part.partition(":")[2] for part in settings}
            unique = option == "UNIQUEINDEX" or "unique" in words or (
                words.get("class", "").upper() == "UNIQUE")  # fmt: skip
            if not name:
                kind = of_unique if option == "UNIQUEINDEX" else "idx"
                name = f"{kind}_{table}_{words.get('composite') or field.column}"
            if words.get("where") or words.get("expression"):
                unique = False
            before = indexes.get(name)
            names = (*(before.columns if before else ()), field.column)
            indexes[name] = Index(name, names, unique or bool(before and before.unique))


class _Relation:
    """A field that stands for rows of another table."""

    def __init__(
        self, field: Field, model: Model, models: Models, all_models: Mapping[Key, Model]
    ) -> None:
        of = field.of
        self._many = of is not None and of[0] == "[]"
        key = models.key(of[1] if of and self._many else of, field.file)
        self._field, self._model, self._models = field, model, models
        self._other = all_models.get(key) if key is not None else None
        self._key = key
        named = field.options.get("FOREIGNKEY", "")
        self._named = [part.strip() for part in named.split(",") if part.strip()]
        referred = field.options.get("REFERENCES") or field.options.get("ASSOCIATIONFOREIGNKEY")
        self._referred = [part.strip() for part in (referred or "").split(",") if part.strip()]
        self._is_typed = any(one.startswith("POLYMORPHIC") for one in field.options)

    @property
    def is_known(self) -> bool:
        """Whether the other table is known."""
        return self._other is not None

    @property
    def _constrains(self) -> bool:
        return not self._models.is_first_version and not self._is_typed

    def own_keys(self) -> Iterator[ForeignKey]:
        """Yield the key of `User User` with `UserID` beside it."""
        if self._many or self._other is None or not self._constrains:
            return
        referred = self._fields(self._other, self._referred) or primary_fields(
            self._other, self._models)  # fmt: skip
        names = self._named or [self._field.name + one.name for one in referred]
        own = self._fields(self._model, names)
        if own and len(own) == len(referred) and self._other.table:
            yield _key(own, self._other.table, referred, self._on_delete)

    def keys_of_others(self) -> Iterator[tuple[Key, ForeignKey]]:
        """Yield the key that `Cards []Card` puts on the other table."""
        if self._other is None or "MANY2MANY" in self._field.options or not self._constrains:
            return
        if next(self.own_keys(), None) is not None:
            return
        referred = self._fields(self._model, self._referred) or primary_fields(
            self._model, self._models)  # fmt: skip
        names = self._named or [self._model.key[1] + one.name for one in referred]
        own = self._fields(self._other, names)
        if own and len(own) == len(referred) and self._model.table:
            yield self._other.key, _key(own, self._model.table, referred, self._on_delete)

    def joins(self) -> Iterator[Table]:
        """Yield the table of a many-to-many relation."""
        name = self._field.options.get("MANY2MANY")
        model, other = self._model, self._other
        if not name or other is None or model.table is None or other.table is None:
            return
        own = self._fields(model, self._named) or primary_fields(model, self._models)
        theirs = self._fields(other, self._referred) or primary_fields(other, self._models)
        first = _names(self._field.options.get("JOINFOREIGNKEY"), model.key[1], own)
        word = other.key[1]
        if word == model.key[1]:
            named = singular(self._field.name)
            word = named if named != word else f"{word}Reference"
        referred_names = self._field.options.get("JOINREFERENCES")
        second = _names(referred_names, word, theirs)
        pairs = [*zip(first, own, strict=False), *zip(second, theirs, strict=False)]
        columns = tuple(
            Column(column, field.written, nullable=False, primary_key=True)
            for column, field in pairs
        )
        keys = (
            ForeignKey(tuple(first), model.table, tuple(one.column for one in own)),
            ForeignKey(tuple(second), other.table, tuple(one.column for one in theirs)),
        )
        yield Table(
            snake_case(name), model.file, model.line, "gorm", f"{model.key[1]}.{self._field.name}",
            columns, (), keys if self._constrains else (),
        )  # fmt: skip

    @property
    def _on_delete(self) -> str | None:
        constraint = self._field.options.get("CONSTRAINT", "")
        for part in constraint.split(","):
            word, _, action = part.partition(":")
            if word.strip().upper() == "ONDELETE":
                return action.strip().rstrip(";").upper() or None
        return None

    @staticmethod
    def _fields(model: Model, names: list[str]) -> list[Field]:
        """Return the fields of a model by their names or those of their columns."""
        chosen: list[Field] = []
        for name in names:
            chosen += [one for one in model.fields if name in {one.name, one.column}][:1]
        return chosen if len(chosen) == len(names) else []


def _names(listed: str | None, word: str, fields: list[Field]) -> list[str]:
    names = [part.strip() for part in (listed or "").split(",") if part.strip()]
    return [snake_case(one) for one in names] or [snake_case(word + one.name) for one in fields]


def _key(own: list[Field], table: str, referred: list[Field], on_delete: str | None) -> ForeignKey:
    return ForeignKey(
        tuple(one.column for one in own), table, tuple(one.column for one in referred), on_delete
    )

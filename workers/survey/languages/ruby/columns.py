"""What one call of Active Record declares of a table: columns, indexes, references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.ruby.index_names import default_name
from workers.survey.languages.ruby.values import Symbol

if TYPE_CHECKING:
    from workers.survey.languages.ruby.inflections import Inflections

TYPES = frozenset(
    "string text integer bigint float decimal numeric datetime timestamp timestamptz time date"
    " binary blob boolean json jsonb uuid xml hstore inet cidr macaddr citext ltree tsvector"
    " tsquery point line lseg box path polygon circle bit bit_varying money interval oid enum"
    " serial bigserial int4range int8range numrange tsrange tstzrange daterange tinytext mediumtext"
    " longtext tinyblob mediumblob longblob tinyint smallint mediumint unsigned_integer"
    " unsigned_bigint unsigned_float unsigned_decimal geometry geography st_point st_polygon"
    " geometry_collection line_string multi_line_string multi_point multi_polygon spatial vector"
    " halfvec set bytea year double real".split()
)
REFERENCES = frozenset({"references", "belongs_to"})
ON_DELETE = {"cascade": "CASCADE", "nullify": "SET NULL", "restrict": "RESTRICT"}


class Version(NamedTuple):
    """The version of Rails that a migration is written for."""

    major: int
    minor: int

    @property
    def key_type(self) -> str:
        """The type of a key that is not told."""
        return "bigint" if self >= (5, 1) else "integer"


class Made(NamedTuple):
    """What a call makes, as steps have it; `understood` is False if something was passed over."""

    columns: list[dict[str, Any]]
    indexes: list[dict[str, Any]]
    keys: list[dict[str, Any]]
    understood: bool = True


def column(
    name: str, kind: str | None, options: dict[Any, Any], default: str | None
) -> dict[str, Any]:
    """Return a column with what its options say."""
    return {
        "name": name,
        "type": _type(kind, options),
        "nullable": _nullable(options),
        "primary_key": options.get("primary_key") is True,
        "unique": False,
        "default": default if options.get("default") is not None else None,
    }


def _nullable(options: dict[Any, Any]) -> bool | None:
    null = options.get("null", True)
    if options.get("primary_key") is True:
        return False
    return null if isinstance(null, bool) else None


def _type(kind: str | None, options: dict[Any, Any]) -> str | None:
    if kind is None:
        return None
    limit, precision, scale = (options.get(key) for key in ("limit", "precision", "scale"))
    if isinstance(precision, int) and kind in {"decimal", "numeric"}:
        kind += f"({precision},{scale})" if isinstance(scale, int) else f"({precision})"
    elif isinstance(limit, int):
        kind += f"({limit})"
    return f"{kind}[]" if options.get("array") is True else kind


class References(NamedTuple):
    """What `t.references :author, foreign_key: true` is called with."""

    table: str
    names: list[Any]
    options: dict[Any, Any]
    default: str | None


def references(call: References, version: Version, words: Inflections) -> Made:
    """Return what `t.references :author, foreign_key: true` makes."""
    made = Made([], [], [])
    table, names, options, default = call
    kind = options.get("type")
    kind = str(kind) if isinstance(kind, str) else version.key_type
    own = {key: one for key, one in options.items() if key in {"null", "limit"}}
    for name in names:
        if not isinstance(name, str):
            return made._replace(understood=False)
        made.columns.append(
            column(f"{name}_id", kind, {**own, "default": options.get("default")}, default)
        )
        polymorphic = options.get("polymorphic")
        if polymorphic:
            more = polymorphic if isinstance(polymorphic, dict) else {}
            made.columns.append(column(f"{name}_type", "string", {**own, **more}, None))
        index = options.get("index", version >= (5, 0))
        if index:
            more = index if isinstance(index, dict) else {}
            columns = [f"{name}_type", f"{name}_id"] if polymorphic else [f"{name}_id"]
            made.indexes.append(_index_of(table, columns, more))
        key = options.get("foreign_key")
        if key and not polymorphic:
            more = key if isinstance(key, dict) else {}
            to = more.get("to_table", words.plural(name))
            made.keys.append(key_of([f"{name}_id"], str(to), more))
    return made


def key_of(columns: list[str], table: str, options: dict[Any, Any]) -> dict[str, Any]:
    """Return a foreign key with what its options say."""
    on_delete, primary = options.get("on_delete"), options.get("primary_key", "id")
    listed = primary if isinstance(primary, list) else [primary]
    return {
        "columns": columns,
        "table": table,
        "referred": [str(one) for one in listed],
        "on_delete": ON_DELETE.get(str(on_delete)) if on_delete else None,
    }


def index(table: str, columns: Any, options: dict[Any, Any]) -> dict[str, Any] | None:
    """Return an index, None where its columns are not known; an expression is one column."""
    listed = columns if isinstance(columns, list) else [columns]
    if not listed or not all(isinstance(one, str) for one in listed):
        return None
    return _index_of(table, [str(one) for one in listed], options)


def _index_of(table: str, columns: list[str], options: dict[Any, Any]) -> dict[str, Any]:
    name = options.get("name")
    if not isinstance(name, str):
        name = default_name(table, columns)
    return {"name": str(name), "columns": columns, "unique": options.get("unique") is True}


def timestamps(options: dict[Any, Any], version: Version) -> Made:
    """Return what `t.timestamps` makes."""
    own = {"null": version < (5, 0), **options}
    return Made(
        [column(name, "datetime", own, None) for name in ("created_at", "updated_at")], [], []
    )


def is_text(value: Any) -> bool:
    """Tell a string from a symbol: an index on a string with brackets is an expression."""
    return isinstance(value, str) and not isinstance(value, Symbol)

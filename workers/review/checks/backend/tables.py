"""Claims about tables: names, columns, keys and indexes of existing ones, against the code.

A claim is confirmed, refuted or unknown. Only a refuted one is an error: cited lines that say
something else, or a name that stands nowhere in the repository.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from workers import sql
from workers.delivery.delivery import problem
from workers.delivery.outline import is_template_text
from workers.repository.source import plain
from workers.review import routes_in_text
from workers.review.citations import cited_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.repository import Repository
    from workers.repository.source import Source


@dataclass(frozen=True)
class ExistingTable:
    """A table that is said to exist, with the lines cited for it and its SQL if they hold it."""

    pointer: str
    name: str
    entry: dict[str, Any]
    cited: tuple[tuple[Source, int, int], ...]
    created: sql.Table | None
    refuted: str | None

    @property
    def schema(self) -> dict[str, Any]:
        """The object at `schema`, empty if there is none."""
        value = self.entry.get("schema")
        return value if isinstance(value, dict) else {}

    def rows(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield pointer and object of the columns, indexes or relationships."""
        value = self.schema.get(kind)
        for position, row in enumerate(value if isinstance(value, list) else []):
            if isinstance(row, dict):
                yield f"{self.pointer}/schema/{kind}/{position}", row


@lru_cache(maxsize=4)
def existing_tables(delivery: Delivery) -> tuple[ExistingTable, ...]:
    """Return the tables of status existing."""
    found: list[ExistingTable] = []
    for pointer, entry in delivery.entries_of("table"):
        name = entry.get("table_name")
        if entry.get("status") != "existing" or not isinstance(name, str) or not name.strip():
            continue
        cited = tuple(cited_lines(delivery, entry))
        bare = sql.last_part(name)
        created = next((t for source, *_ in cited for t in _created(source, bare)), None)
        refuted = _refutation(delivery.repository, bare, cited)
        found.append(ExistingTable(pointer, bare, entry, cited, created, refuted))
    return tuple(found)


def _found_tables(delivery: Delivery) -> Iterator[ExistingTable]:
    """Yield the tables that are not refuted themselves: of those their parts are judged."""
    return (table for table in existing_tables(delivery) if not table.refuted)


def _created(source: Source, name: str) -> list[sql.Table]:
    """Return the CREATE TABLE of a name in a file of SQL."""
    if not source.path.lower().endswith(".sql"):
        return []
    script = sql.read("\n".join(source.lines))
    tables = script.tables if isinstance(script, sql.Script) else []
    return [table for table in tables if plain(table.name) == plain(name) and not table.copied]


def tables_stand_in_the_code(delivery: Delivery) -> Iterator[Problem]:
    """Every table that is said to exist stands in the repository, and where it is cited."""
    for table in existing_tables(delivery):
        if table.refuted:
            place = delivery.in_json(f"{table.pointer}/table_name")
            hint = (
                "Name a table that exists and cite it, or drop it in JSON and notes and count anew."
            )
            yield problem("K08", table.refuted, hint, place)


def _refutation(
    repository: Repository, name: str, cited: tuple[tuple[Source, int, int], ...]
) -> str | None:
    """Return why a table is not what the report says, None if it may be."""
    if not table_stands(repository, name):
        return f"the table {shown(name, 60)} stands nowhere in the repository"
    texts = ["\n".join(source.lines[first - 1 : last]) for source, first, last in cited]
    declares = {found for text in texts for found in routes_in_text.tables(text)}
    words = {plain(word) for text in texts for word in re.findall(r"[\w-]+", text)}
    if declares and plain(name) not in words:
        names = ", ".join(sorted(declares))
        return f"the lines cited for {shown(name, 60)} declare {shown(names, 80)}"
    return None


def table_stands(repository: Repository, name: str) -> bool:
    """Tell whether a table may be there; a search that was cut short is no refutation.

    ORMs derive names: the class OrderItem is the table order_items, shop_orderitem or OrderItem.
    """
    words = name.split("_")
    tails = ["_".join(words[start:]) for start in range(min(len(words), 4))]
    variants = [name, *_singulars(name)]
    if (
        name.startswith("_")
        or name.lower().startswith(_OF_FRAMEWORKS)
        or repository.has_word(*variants) is not False
    ):
        return True
    # A join table, whose name nobody writes, is made of words that stand.
    if len(words) > 1 and all(
        repository.has_word(word, *_singulars(word), inside=True) is not False
        for word in words
        if word
    ):
        return True
    return any(
        repository.has_word(f"{kind} {plain(tail)}", inside=True) is not False
        for tail in dict.fromkeys(one for tail in tails[1:] for one in _singulars(tail))
        for kind in ("class", "model", "entity", "struct", "interface", "type", "table")
        if tail
    )


_CHANGES = re.compile(r"\b(?:alter|modify|change|rename|drop|type)\b")
_KEYS_OR_CHANGES = re.compile(
    rf"{_CHANGES.pattern}|\b(?:constraint|primary|foreign|unique|references)\b"
)
# Not of `ON DELETE SET NULL`, `IS NULL` or `DEFAULT NULL`.
_NULLABLE = re.compile(r"(?<!NOT )(?<!SET )(?<!IS )(?<!DEFAULT )\bNULL\b|\bNULLABLE\b")
_DENIED = re.compile(r"\b(?:NO|MISSING|WITHOUT|LACKS?|NOT PART|SHOULD|NONE)\b")
_HASHED_NAME = re.compile(r"(?:IDX|PK|UQ|FK|REL)_[0-9a-f]{10,}")
_IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman"}
_OF_ORMS = frozenset(
    "id createdat updatedat deletedat insertedat createdby updatedby lastmodifieddate v rowid"
    " createddate lastmodifiedby version".split()
)
_MADE_ENDINGS = ("_pkey", "_key", "_idx", "_fkey", "_unique", "_uniq", "_pk", "_fk")
_PLAIN_BASES = frozenset("Base Model SQLModel DeclarativeBase BaseModel object table True".split())
# Tables that frameworks make, and no repository declares.
_OF_FRAMEWORKS = tuple(
    "django_ auth_ ab_ celery_ oauth2_ alembic_ schema_migrations ar_internal active_storage"
    " flyway_ knex_ typeorm_ _prisma hibernate_ databasechangelog spatial_ref sqlite_ pg_".split()
)


def _singulars(name: str) -> list[str]:
    """Return what a plural may be the plural of: orders of order, branches of branch."""
    if name in _IRREGULAR:
        return [_IRREGULAR[name]]
    found = [name[:-3] + "y"] if name.endswith("ies") else []
    found += [name[:-2]] if name.endswith("es") else []
    return [*found, name[:-1]] if name.endswith("s") and not name.endswith("ss") else [name]


def columns_stand_in_the_code(delivery: Delivery) -> Iterator[Problem]:
    """Every column of an existing table stands in the repository."""
    for table in _found_tables(delivery):
        known = {plain(column.name) for column in table.created.columns} if table.created else None
        known = known and known | _added(delivery, table)
        for pointer, row in table.rows("columns"):
            name = row.get("name")
            if not isinstance(name, str) or not name.strip() or is_template_text(name):
                continue
            place = delivery.in_json(f"{pointer}/name")
            if delivery.repository.has_word(name) is False:
                if _is_derived(delivery, name):
                    continue  # an ORM writes customer_id for the field customer
                message = f"the column {shown(name, 60)} stands nowhere in the repository"
                code = "K18" if _may_inherit(delivery, table, name) else "K09"
                yield problem(code, message, "Name a column that exists, or remove it.", place)
            elif known is None or plain(name) in known:
                continue
            elif not _altered(delivery, table, _CHANGES):
                names = ", ".join(sorted(known))
                message = f"{table.name} has no column {shown(name, 60)} where it is created"
                yield problem(
                    "K09",
                    message,
                    f"Its columns: {shown(names, 200)}. Name one of them, or remove it.",
                    place,
                )


def _is_derived(delivery: Delivery, name: str) -> bool:
    """Tell whether a column may be made from a field that stands in the repository."""
    stem = re.sub(r"_(?:ptr_id|id|ids|type|key)$", "", name.lower())
    if plain(name).strip("_") in _OF_ORMS or name.lower().startswith("id_"):
        return True
    return stem != name.lower() and delivery.repository.has_word(stem) is not False


def _may_inherit(delivery: Delivery, table: ExistingTable, name: str) -> bool:
    """Tell whether a class of a library, or a relation, may bring a column nobody here names."""
    if name.lower().endswith("_id") and table.created is None:
        return True
    for source, first, last in table.cited:
        text = "\n".join(source.lines[first - 1 : min(last, first + 3)])
        for bases in re.findall(r"\bclass\s+\w+\s*(?:[(:]|extends\b)([^):{\n]{0,300})", text):
            for base in re.findall(r"[\w.]+", bases):
                name = base.split(".")[-1]
                here = delivery.repository.has_word(f"class {name}", inside=True)
                if name not in _PLAIN_BASES and here is not True:
                    return True
    return False


def columns_are_as_declared(delivery: Delivery) -> Iterator[Problem]:
    """Type, null and key of a column are those of the CREATE TABLE that is cited."""
    for table in _found_tables(delivery):
        if table.created is None or _altered(delivery, table, _KEYS_OR_CHANGES):
            continue
        known = {plain(column.name): column for column in table.created.columns}
        for pointer, row in table.rows("columns"):
            column = known.get(plain(str(row.get("name"))))
            if column is None:
                continue
            for name, what in _differences(row, column, table.created):
                hint = "Write what the cited CREATE TABLE says."
                message = f"{table.name}.{column.name} is {what}"
                yield problem("K10", message, hint, delivery.in_json(f"{pointer}/{name}"))


def _differences(
    row: dict[str, Any], column: sql.Column, created: sql.Table
) -> Iterator[tuple[str, str]]:
    """Yield the key in the JSON and what the column is instead, for what is refuted."""
    claimed = row.get("type")
    claimed_type = sql.canonical_type(claimed) if isinstance(claimed, str) else None
    if claimed_type and column.type and claimed_type != column.type:
        yield "type", f"of type {column.type}, not {shown(claimed, 40)}"
    constraints = row.get("constraints")
    parts = constraints if isinstance(constraints, list) else [constraints]
    text = " ".join(part for part in parts if isinstance(part, str)).upper()
    is_key = column.name in created.primary_key
    if _DENIED.search(text):
        return  # it says what is missing
    if _NULLABLE.search(text) and (column.not_null or is_key):
        yield "constraints", "NOT NULL"
    if re.search(r"\bNOT NULL\b", text) and not column.not_null and not is_key:
        yield "constraints", "nullable"
    if re.search(r"\bPRIMARY KEY\b", text) and not is_key:
        yield "constraints", "not in the primary key"
    target = re.search(r"\bREFERENCES\s+[`\"\[]?(?:\w+[`\"\]]?\.[`\"\[]?)?(\w+)", text)
    keyed = any(column.name in key for key in created.foreign_keys)
    if target and column.references and plain(target[1]) != plain(column.references):
        yield "constraints", f"a reference to {column.references}"
    elif target and not keyed:
        yield "constraints", "no reference"


def _altered(delivery: Delivery, table: ExistingTable, words: re.Pattern[str]) -> bool:
    """Tell whether SQL of the repository changes the table in one of some ways.

    What it changed is not compared with the CREATE TABLE. A dump adds its keys in statements of
    their own.
    """
    pattern = re.compile(
        rf"alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?[`\"\[]?(?:\w+[`\"\]]?\.[`\"\[]?)?"
        rf"{re.escape(table.name)}\b",
        re.IGNORECASE,
    )
    for text in delivery.repository.texts_of(".sql"):
        for match in pattern.finditer(text):
            statement = text[match.end() : match.end() + 2000].split(";")[0]
            if not re.match(r"\s*add\b", statement) or words.search(statement):
                return True
    return False


def _added(delivery: Delivery, table: ExistingTable) -> set[str]:
    """Return the columns that other SQL adds to a table."""
    pattern = re.compile(
        rf"alter\s+table\s+[^;(]{{0,80}}\b{re.escape(table.name.lower())}\b[`\"\]]?\s+([^;]{{0,2000}})"
    )
    return {
        plain(name)
        for text in delivery.repository.texts_of(".sql")
        for statement in pattern.findall(text)
        for name in re.findall(
            r"\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?[`\"\[]?(\w+)", statement
        )
    }


def indexes_stand_in_the_code(delivery: Delivery) -> Iterator[Problem]:
    """Every index of an existing table stands in the repository, or has a name made from it."""
    for table in _found_tables(delivery):
        for pointer, row in table.rows("indexes"):
            name, columns = row.get("name"), row.get("columns")
            if not isinstance(name, str) or not isinstance(columns, list):
                continue
            if not re.fullmatch(r"\w+", name) or _HASHED_NAME.fullmatch(name):
                continue
            if _is_made(table, name, columns):
                continue  # no name, or one that the database or an ORM gives
            if name.upper() == "PRIMARY" or delivery.repository.has_word(name) is not False:
                continue
            message = f"the index {shown(name, 60)} stands nowhere in the repository"
            hint = "Name an index that exists, or remove it."
            yield problem("K11", message, hint, delivery.in_json(f"{pointer}/name"))


def _is_made(table: ExistingTable, name: str, columns: list[Any]) -> bool:
    """Tell whether an index may have been named by a machine: after its table or columns.

    Where SQL creates the table, only the endings that databases give are.
    """
    if table.created is not None and not name.lower().endswith(_MADE_ENDINGS):
        return False
    parts = [column for column in columns if isinstance(column, str)]
    return any(part and plain(part) in plain(name) for part in (table.name, *parts))


def related_tables_stand_in_the_code(delivery: Delivery) -> Iterator[Problem]:
    """Every table that an existing one is related to stands in the repository."""
    for table in _found_tables(delivery):
        for pointer, row in table.rows("relationships"):
            name = row.get("related_table")
            if isinstance(name, str) and not table_stands(delivery.repository, sql.last_part(name)):
                message = f"the related table {shown(name, 60)} stands nowhere in the repository"
                place = delivery.in_json(f"{pointer}/related_table")
                yield problem("K12", message, "Name a table that exists, or remove it.", place)

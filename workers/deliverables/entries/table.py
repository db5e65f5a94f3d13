"""Tables: columns, indexes, relationships, and what makes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import (
    ChangeStatus,
    Evidence,
    Form,
    Scalar,
    Status,
    Text,
    TextOrList,
)

STATEMENTS = frozenset("performance_considerations migration_strategy data_integrity".split())
SAMPLES: frozenset[str] = frozenset("ddl up down".split())


class Column(Form):
    """A column of a table; `references` is `table` or `table.column`, null is unknown."""

    name: Text
    type: Text
    nullable: bool | None = None
    primary_key: bool | None = None
    unique: bool | None = None
    references: Text | None = None
    default: Scalar | None = None
    constraints: TextOrList | None = None
    description: Text | None = None


class Index(Form):
    """An index of a table; its columns are what it is, a name it need not have."""

    name: Text | None = None
    columns: list[Text] = []
    unique: bool | None = None
    type: Text
    description: Text | None = None


class Relationship(Form):
    """A relationship to another table."""

    type: Literal["ONE_TO_ONE", "ONE_TO_MANY", "MANY_TO_ONE", "MANY_TO_MANY"]
    related_table: Text
    foreign_key: Text | None = None
    description: Text | None = None


class TableSchema(Form):
    """Columns, indexes and relationships of a table."""

    columns: list[Column] = []
    indexes: list[Index] = []
    relationships: list[Relationship] = []


class Migration(Form):
    """A migration: SQL, unless `language` says otherwise."""

    up: Text
    down: Text | None = None
    language: Text | None = None


class DatabaseDesign(Form):
    """A table. `schema` is its key; Pydantic keeps that name for itself."""

    id: Annotated[str, Field(pattern="^DB-[0-9]{3}$")]
    table_name: Text
    status: Status
    description: Text
    table_schema: Annotated[TableSchema, Field(alias="schema")]
    ddl: Text | None = None
    ddl_dialect: Text | None = None
    migration: Migration | None = None
    performance_considerations: Text | None = None
    migration_strategy: Text | None = None
    data_integrity: Text | None = None
    evidence: list[Evidence] = []


class ChangedDatabaseDesign(DatabaseDesign):
    """A table that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]
    table_schema: Annotated[TableSchema | None, Field(alias="schema")] = None  # type: ignore[assignment]


ENTRY = DatabaseDesign
CHANGED_ENTRY = ChangedDatabaseDesign

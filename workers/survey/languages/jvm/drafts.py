"""A table as it is put together of the attributes of an entity."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.found import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.found import Column, ForeignKey, Index
    from workers.survey.languages.jvm.entities import Attribute, Entities
    from workers.survey.languages.jvm.program import Declared


@dataclass
class Draft:
    """What is known of a table so far.

    `by_attribute` are the columns of attributes by their names in the code, `joins` the tables
    that join it with others, `foreign` the columns that it keeps in tables of others.
    """

    name: str
    declared: Declared
    columns: dict[str, Column] = field(default_factory=dict)
    by_attribute: dict[str, str] = field(default_factory=dict)
    keys: list[ForeignKey] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    joins: list[Table] = field(default_factory=list)
    foreign: list[tuple[tuple[str, str], Column, ForeignKey]] = field(default_factory=list)
    whole: bool = True

    def add(self, column: Column) -> None:
        """Add a column; the last one of a name counts."""
        self.columns[column.name] = column

    def leave_open(self, names: set[str]) -> None:
        """Let columns be null: rows of other entities in the table have none of them."""
        for name in names:
            if not self.columns[name].primary_key:
                self.columns[name] = replace(self.columns[name], nullable=True)

    def table(self) -> Table:
        """Return the table."""
        fact = self.declared.fact
        return Table(
            self.name, self.declared.file, fact["line"], "jpa", self.declared.name,
            tuple(self.columns.values()), tuple(self.indexes), tuple(self.keys), whole=self.whole,
        )  # fmt: skip


class Mapper(NamedTuple):
    """What associations ask of the entities that they refer to."""

    entities: Entities
    key_of: Callable[[Declared | None], list[Column] | None]
    add_attribute: Callable[[Attribute, Draft, dict[str, dict[str, Any]]], None]

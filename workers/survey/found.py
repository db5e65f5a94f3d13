"""What a repository holds, as the survey found it: plain values, each with its file and line.

`file` is relative to the root, with `/`; lines count from 1. None is "not declared there, or not
understood": the survey states what the code states, and guesses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Resolved = Literal["full", "suffix"]  # suffix: the path ends so; what stands before it is unknown


Access = Literal["guarded", "open", "unknown"]


@dataclass(frozen=True)
class Guard:
    """What refuses whoever brings no credentials, as the code names it, and where it is applied."""

    name: str
    file: str
    line: int


@dataclass(frozen=True)
class Endpoint:
    """A route that the code declares: METHOD in capitals, path with `{param}`.

    `access` says who may call it: it is `open` only if everything that it asks was understood, and
    all code of its program that refuses was seen to be asked by some route; `access_reason` is why
    it is not known. `authentication` are the names of the guards. `witness` is both where a
    document describes it as well.
    """

    method: str
    path: str
    handler: str
    file: str
    line: int
    framework: str
    resolved: Resolved = "full"
    authentication: str | None = None
    success_status: int | None = None
    request: str | None = None
    response: str | None = None
    access: Access = "unknown"
    guards: tuple[Guard, ...] = ()
    access_reason: str | None = None
    witness: Literal["code", "both"] = "code"


@dataclass(frozen=True)
class Description:
    """What a document says that a service offers; `kind` is openapi, asyncapi, graphql or grpc.

    `method` and `path` as the document has them: GET and a path; QUERY, MUTATION or SUBSCRIPTION
    and a field; RPC and `/package.Service/Call`; a verb and a channel. `bases` may stand in front
    of the path. `in_code` says whether the map has its endpoint, None where that is not known.
    """

    kind: str
    method: str
    path: str
    file: str
    line: int
    bases: tuple[str, ...] = ()
    in_code: bool | None = None


@dataclass(frozen=True)
class Column:
    """A column as it is declared; `type` in the words of the declaration."""

    name: str
    type: str | None = None
    nullable: bool | None = None
    primary_key: bool = False
    unique: bool = False
    default: str | None = None


@dataclass(frozen=True)
class Index:
    """An index; an unnamed one has the columns alone."""

    name: str | None
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True)
class ForeignKey:
    """Columns that refer to another table."""

    columns: tuple[str, ...]
    table: str
    referred: tuple[str, ...] = ()
    on_delete: str | None = None


@dataclass(frozen=True)
class Table:
    """A table: `source` is what declares it (sqlalchemy, django, sql, prisma ...).

    `whole` says that nothing of its declaration was passed over: only then does a column, a key or
    an index that is not here not exist.
    """

    name: str
    file: str
    line: int
    source: str
    model: str | None = None
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class Dependency:
    """Something the code needs: a package, a service, a variable, a host; `kind` says which."""

    kind: str
    name: str
    file: str
    line: int
    version: str | None = None


@dataclass(frozen=True)
class Job:
    """What runs beside requests; `kind` is task, queue, topic or schedule.

    `name` is None where it is computed, `handler` the function or class that does it, `when` a
    schedule as the code writes it; `source` is the library.
    """

    kind: str
    name: str | None
    file: str
    line: int
    source: str
    handler: str = ""
    when: str | None = None


@dataclass(frozen=True)
class NotUnderstood:
    """A file that looks as if it declared something and gave nothing, or could not be read."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class Technology:
    """A technology that files show: `name` is its key in the table of technologies.

    `how` is a mark in the code, a package of a manifest or the place of a file; `files` show it,
    of which so many are `serving` by it; `file` and `line` are where it is seen first.
    """

    name: str
    how: str
    files: int
    serving: int
    file: str
    line: int


@dataclass(frozen=True)
class LeftOut:
    """A folder of which so many files were not read, and why."""

    folder: str
    files: int
    reason: str


@dataclass(frozen=True)
class Unread:
    """A technology that is in use and that no reader knows, or that gave nothing.

    `files` is how many use it, 0 where only a manifest names it; `file` is the first of them.
    """

    kind: Literal["language", "framework", "document"]
    name: str
    files: int
    file: str
    reason: str

    @property
    def title(self) -> str:
        """Its name, with the number of files where that is known."""
        if not self.files:
            return self.name
        return f"{self.name}, {self.files:,} file{'s' if self.files > 1 else ''}"


@dataclass
class Survey:
    """The map of a repository; `files_left` could not be read in the time that there was."""

    endpoints: list[Endpoint] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    dependencies: list[Dependency] = field(default_factory=list)
    technologies: list[Technology] = field(default_factory=list)
    descriptions: list[Description] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    not_understood: list[NotUnderstood] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    files_seen: int = 0
    files_read: int = 0
    files_left: int = 0


def _endpoint(row: dict[str, Any]) -> Endpoint:
    return Endpoint(**{**row, "guards": tuple(Guard(**guard) for guard in row["guards"])})


def _table(row: dict[str, Any]) -> Table:
    parts = {
        "columns": tuple(Column(**column) for column in row["columns"]),
        "indexes": tuple(
            Index(**{**index, "columns": tuple(index["columns"])}) for index in row["indexes"]
        ),
        "foreign_keys": tuple(
            ForeignKey(
                **{**key, "columns": tuple(key["columns"]), "referred": tuple(key["referred"])}
            )
            for key in row["foreign_keys"]
        ),
    }
    return Table(**{**row, **parts})


# Kind -> how a row of it is made of the fields that `dataclasses.asdict` made of it.
FOUND: dict[str, Callable[[dict[str, Any]], Any]] = {
    "endpoints": _endpoint,
    "tables": _table,
    "dependencies": lambda row: Dependency(**row),
    "technologies": lambda row: Technology(**row),
    "jobs": lambda row: Job(**row),
    "descriptions": lambda row: Description(**{**row, "bases": tuple(row["bases"])}),
}

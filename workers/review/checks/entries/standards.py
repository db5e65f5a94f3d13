"""Standards: what the report proposes keeps the rules of good APIs, tables and migrations.

Only proposals are judged: entries of status proposed, `migration`, `ddl` and blocks of SQL. What
exists is described as it is. The rules are those of the agent prompts that this program serves.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers import sql
from workers.claims.ground import ground_of
from workers.claims.paths import segments
from workers.delivery import proposals
from workers.delivery.delivery import is_there, problem
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Place, Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.repository import Repository

# Paths that are rightly neither versioned nor plural.
NOBODY = lazy_pattern(
    r"(?:none|no|n/?a|nothing|public|anonymous|-|no authentication|not required)\b.{0,40}|-",
    re.IGNORECASE,
)
_SPECIAL = frozenset(
    "health healthz ready readyz live livez ping status metrics docs redoc openapi.json swagger"
    " graphql login logout auth oauth oauth2 token tokens refresh register signup signin me self"
    " profile search feed webhook webhooks callback callbacks ws events admin static assets media"
    " upload download export import config settings .well-known jwks.json robots.txt sitemap.xml"
    " batch bulk count summary dashboard home info version about media news data metadata".split()
)
_VERBS = frozenset(
    "create add delete remove update set edit cancel approve reject send start stop activate"
    " deactivate enable disable reset revoke publish archive restore submit pay refund".split()
)
_PAGING = lazy_pattern(
    r"\b(?:limit|offset|per_page|page|page_size|cursor|pagina\w{1,8})\b", re.IGNORECASE
)
_BOUND = lazy_pattern(
    r"\b(?:max\w*|at most|(?:no|not|never) more than|up to|lte?|cap|capped|bound\w*|between"
    r"|limited to|h(?:ö|oe)chst\w*|bis zu|obergrenze|au plus|jusqu|plafon\w*|máxim\w*|massim\w*"
    r"|hasta|até|fino a)\b"
    r"|le=|<=|\u2264|最多|最大|上限|至多|以下|以内",
    re.IGNORECASE,
)
_PERIOD = lazy_pattern(
    r"(?<![A-Za-z])(?:date|day|week|month|year|quarter|ids)(?![A-Za-z])", re.IGNORECASE
)
_SENSITIVE = lazy_pattern(
    r"user|account|role|permission|password|payment|token|secret|key|admin", re.IGNORECASE
)
_TIMESTAMPS = frozenset({"createdat", "updatedat", "created", "modified", "createdon", "timestamp"})
# The time of an event is that of its row; when something ends or is to come says nothing of it.
_WHEN = lazy_pattern(
    r"_at$|[a-z]At$|_on$|[a-z]On$|^(?:occurred|ts|event_?[Tt]ime|logged|recorded)$"
)
_LATER = lazy_pattern(
    r"(?:expire|due|valid|start|end|schedule|delete|next|plan|run)", re.IGNORECASE
)
_SNAKE = lazy_pattern(r"[a-z][a-z0-9_]*")
_COLLECTION_OF_ALL = 2


def proposed_tables_have_primary_keys(delivery: Delivery) -> Iterator[Problem]:
    """Every table that is proposed has a primary key."""
    keyed = {name for _, script in _scripts(delivery) for name in script.keyed_later}
    for place, table in _created_tables(delivery):
        keyless = table.copied or table.keyless or table.name in keyed
        if not table.primary_key and not keyless:
            message = f"the proposed table {shown(table.name, 60)} has no primary key"
            yield problem("D01", message, "Add one, e.g. `id uuid PRIMARY KEY`.", place)
    for pointer, name, schema in _proposed_schemas(delivery):
        if _is_keyed_by_sql(delivery, pointer, sql.last_part(name).lower(), keyed):
            continue
        rows = _rows_of(schema)
        texts = [
            f"{row.get('constraints')} {row.get('type')} {row.get('description')}" for row in rows
        ]
        texts.append(str(schema.get("indexes")))
        is_keyed = any(row.get("primary_key") is True for row in rows) or any(
            re.search(r"primary|\bpk\b|serial", text, re.IGNORECASE) for text in texts
        )
        if rows and not is_keyed:
            message = f"the proposed table {shown(name, 60)} has no primary key"
            hint = 'Add "primary_key": true to a column.'
            yield problem("D01", message, hint, delivery.in_json(f"{pointer}/schema/columns"))


def _is_keyed_by_sql(delivery: Delivery, pointer: str, name: str, keyed: set[str]) -> bool:
    """Tell whether SQL of the entry or of the notes makes a key of several columns, or later.

    What another entry says of a table of that name is of that one.
    """
    if name in keyed:
        return True
    for place, table in _created_by_name(delivery).get(name, ()):
        ours = place.pointer is None or place.pointer.startswith(f"{pointer}/")
        if ours and (len(table.primary_key) > 1 or table.keyless):
            return True
    return False


@lru_cache(maxsize=4)
def _created_by_name(delivery: Delivery) -> dict[str, list[tuple[Place, sql.Table]]]:
    by_name: dict[str, list[tuple[Place, sql.Table]]] = {}
    for place, table in _created_tables(delivery):
        by_name.setdefault(table.name, []).append((place, table))
    return by_name


def _rows_of(schema: object) -> list[dict[str, Any]]:
    columns = schema.get("columns") if isinstance(schema, dict) else None
    return [row for row in (columns if isinstance(columns, list) else []) if isinstance(row, dict)]


def _scripts(delivery: Delivery) -> Iterator[tuple[Place, sql.Script]]:
    """Yield place and content of each block of SQL that is proposed."""
    return ((block.place, script) for block, script in proposals.scripts(delivery))


def _created_tables(delivery: Delivery) -> Iterator[tuple[Place, sql.Table]]:
    """Yield the tables that proposed SQL creates; `ddl` of an existing table describes it."""
    existing = {
        f"{pointer}/ddl" for pointer, entry in delivery.entries_of("table") if is_there(entry)
    }
    for place, script in _scripts(delivery):
        if place.pointer not in existing:
            yield from ((place, table) for table in script.tables)


def _proposed_schemas(delivery: Delivery) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for pointer, entry in delivery.entries_of("table"):
        schema = entry.get("schema")
        if entry.get("status") == "proposed" and isinstance(schema, dict):
            yield pointer, str(entry.get("table_name")), schema


def proposed_foreign_keys_have_indexes(delivery: Delivery) -> Iterator[Problem]:
    """Every foreign key that is proposed has an index and says what a delete does."""
    for place, table in _created_tables(delivery):
        indexes = [
            index.columns[:1]
            for _, script in _scripts(delivery)
            for index in script.indexes
            if index.table == table.name
        ]
        for key in table.foreign_keys:
            leads = {columns[0] for columns in indexes if columns}
            leads |= set(table.primary_key[:1]) | set(table.indexed_columns)
            if key and key[0] not in leads:
                name = f"{table.name}.{key[0]}"
                message = f"the proposed foreign key {shown(name, 80)} has no index"
                yield problem("D02", message, "Add CREATE INDEX on it.", place)
        for target in table.without_on_delete:
            message = f"a proposed reference to {shown(target, 60)} has no ON DELETE"
            yield problem("D03", message, "Say RESTRICT, CASCADE or SET NULL.", place)


def proposed_migrations_are_reversible(delivery: Delivery) -> Iterator[Problem]:
    """Every migration that is proposed can be undone."""
    for pointer, entry in delivery.entries_of("table"):
        migration = entry.get("migration")
        if not isinstance(migration, dict) or not isinstance(migration.get("up"), str):
            continue
        down = migration.get("down")
        is_sql = str(migration.get("language") or "sql").lower() == "sql"
        # Other tools undo some steps by themselves; then a word on it is enough.
        if down is None or (is_sql and isinstance(down, str) and _does_nothing(down)):
            message = "the proposed migration has no way back"
            hint = "Add `down`, which undoes `up`."
            yield problem("D04", message, hint, delivery.in_json(f"{pointer}/migration"))
    undone = {
        delivery.in_json(f"{pointer}/migration/up")
        for pointer, entry in delivery.entries_of("table")
        if isinstance(migration := entry.get("migration"), dict) and migration.get("down")
    }
    for judged in proposals.judged(delivery):
        if judged.finding.one_way and judged.block.place not in undone:
            message = "the proposed migration has no way back"
            hint = "Write downgrade(), which undoes upgrade()."
            yield problem("D04", message, hint, judged.block.place)


def _does_nothing(text: str) -> bool:
    lines = [line.strip() for line in text.split("\n")]
    return all(not line or line.startswith(("--", "#")) for line in lines)


def proposed_columns_can_be_added(delivery: Delivery) -> Iterator[Problem]:
    """A NOT NULL column that is added to an existing table has a default."""
    created = {table.name for _, table in _created_tables(delivery)}
    for block, script in proposals.scripts(delivery):
        if "mysql" in block.likely:
            continue  # it fills the column with what its type holds by default
        for table, column in script.added_columns:
            if table not in created and column.not_null and not column.has_default:
                name = f"{table}.{column.name}"
                message = f"{shown(name, 80)} is added NOT NULL without a default: it fails on rows"
                hint = "Add a DEFAULT, or add it nullable, fill it, then set NOT NULL."
                yield problem("D05", message, hint, block.place)


def proposed_indexes_do_not_lock(delivery: Delivery) -> Iterator[Problem]:
    """An index on an existing PostgreSQL table is made concurrently."""
    created = {table.name for _, table in _created_tables(delivery)}
    locking = [
        (place, index)
        for place, script in _scripts(delivery)
        for index in script.indexes
        if index.table not in created and not index.concurrently
    ]
    if not locking or not _is_for_postgres_alone(delivery.repository):
        return
    for place, index in locking:
        message = f"the proposed index {shown(index.name, 60)} locks its table while it is made"
        yield problem("D06", message, "Write CREATE INDEX CONCURRENTLY.", place)


def _is_for_postgres_alone(repository: Repository) -> bool:
    is_postgres = repository.has_word("postgresql", "postgres", "psycopg", "asyncpg") is True
    return is_postgres and not repository.has_word("mysql", "mysql2", "mysqlclient", "pymysql")


def proposed_tables_follow_conventions(delivery: Delivery) -> Iterator[Problem]:
    """Proposed tables are named in snake case and record when rows were made."""
    for pointer, name, schema in _proposed_schemas(delivery):
        rows = _rows_of(schema)
        names = [str(row.get("name")) for row in rows]
        odd = [one for one in (sql.last_part(name), *names) if not _SNAKE.fullmatch(one)]
        if odd and not _has_another_convention(delivery):
            message = f"the proposed name {shown(odd[0], 60)} is not in snake case"
            yield problem("D07", message, "Write it in snake case.", delivery.in_json(pointer))
        is_join = len(rows) <= _COLLECTION_OF_ALL
        if rows and not is_join and not any(map(_is_time, names)):
            message = f"the proposed table {shown(name, 60)} has no timestamps"
            yield problem(
                "D08", message, "Add created_at and updated_at.", delivery.in_json(pointer)
            )


def _has_another_convention(delivery: Delivery) -> bool:
    """Tell whether most tables and columns that exist are not in snake case."""
    names: set[str] = set()
    for _, entry in delivery.entries_of("table"):
        schema = entry.get("schema")
        if is_there(entry):
            names.add(str(entry.get("table_name")))
            names.update(str(row.get("name")) for row in _rows_of(schema))
    for table in ground_of(delivery).survey.tables:
        names.update((table.name, *(column.name for column in table.columns)))
    odd = [name for name in names if not _SNAKE.fullmatch(sql.last_part(name))]
    return len(odd) * 2 > len(names)


def _is_time(name: str) -> bool:
    """Tell whether a column records when its row came to be: `created_at`, `ClickedAt`."""
    return plain(name) in _TIMESTAMPS or (_WHEN.search(name) is not None and not _LATER.match(name))


def _proposed_endpoints(delivery: Delivery) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for pointer, entry in delivery.entries_of("endpoint"):
        method, path = entry.get("method"), entry.get("path")
        if entry.get("status") == "proposed" and isinstance(method, str) and isinstance(path, str):
            yield pointer, method, path, entry


def proposed_paths_follow_conventions(delivery: Delivery) -> Iterator[Problem]:
    """Proposed paths are versioned where the others are, plural, and without verbs."""
    existing = _existing_paths(delivery)
    versioned = not existing or any(map(_version_in, existing))
    existing += [endpoint.path for endpoint in ground_of(delivery).survey.endpoints]
    taken = {word for path in existing for word in _words_of(path)[:1]}
    for pointer, method, path, _ in _proposed_endpoints(delivery):
        place = delivery.in_json(f"{pointer}/path")
        words = _words_of(path)
        if not words or not _SPECIAL.isdisjoint(words) or method in {"WEBSOCKET", "ANY"}:
            continue
        if versioned and not _version_in(path):
            message = f"the proposed path {shown(path, 80)} has no version"
            yield problem("D09", message, "Begin it with the version, e.g. /api/v1.", place)
        verb = re.split(r"[-_]", words[-1])[0]
        if verb in _VERBS and method == "GET":
            message = f"GET {shown(path, 80)} reads as if it changed something"
            yield problem("D10", message, "Use POST, PUT, PATCH or DELETE for changes.", place)
        elif verb not in _VERBS and words[0] not in taken and not _is_plural(words[0]):
            message = f"the collection {shown(words[0], 60)} of a proposed path is not plural"
            yield problem("D11", message, "Name a collection in the plural.", place)


def _existing_paths(delivery: Delivery) -> list[str]:
    return [
        str(entry.get("path")) for _, entry in delivery.entries_of("endpoint") if is_there(entry)
    ]


def _words_of(path: str) -> list[str]:
    """Return the segments that name something: no parameter, no version."""
    return [
        word
        for word in segments(path)
        if word not in {"{}", "api", "rest"} and not re.fullmatch(r"v[0-9.]+", word)
    ]


def _version_in(path: str) -> bool:
    return re.search(r"/v[0-9]", path) is not None


def _is_plural(word: str) -> bool:
    return (
        word.endswith("s") or not word.isascii() or word in {"people", "children", "data", "media"}
    )


def proposed_methods_answer_as_they_should(delivery: Delivery) -> Iterator[Problem]:
    """Proposed methods answer with the status that fits their meaning."""
    fitting = {"POST": {200, 201, 202, 204}, "DELETE": {200, 202, 204}, "GET": {200, 206, 304}}
    for pointer, method, path, entry in _proposed_endpoints(delivery):
        answer = entry.get("response_format")
        status = answer.get("success_status") if isinstance(answer, dict) else None
        if isinstance(status, int) and method in fitting and status not in fitting[method] | {101}:
            if 300 <= status < 400:
                continue  # a redirection
            message = f"{method} {shown(path, 80)} answers {status}"
            hint = f"Answer one of {', '.join(map(str, sorted(fitting[method])))}."
            place = delivery.in_json(f"{pointer}/response_format/success_status")
            yield problem("D12", message, hint, place)


def proposed_collections_are_paged(delivery: Delivery) -> Iterator[Problem]:
    """A proposed GET of a collection is paged, with an upper bound."""
    for pointer, method, path, entry in _proposed_endpoints(delivery):
        parts = segments(path)
        if method != "GET" or not parts or parts[-1] == "{}" or parts[-1] in _SPECIAL:
            continue
        if not parts[-1].endswith("s"):
            continue
        text = " ".join(
            str(entry.get(name))
            for name in ("request_format", "implementation_notes", "description", "openapi")
        )
        place = delivery.in_json(f"{pointer}/request_format")
        if not _PAGING.search(text):
            if _is_bounded(entry, text):
                continue
            message = f"the proposed collection {shown(path, 80)} has no paging"
            yield problem("D13", message, "Add a limit with an upper bound, and a cursor.", place)
        elif not _BOUND.search(text):
            message = f"the paging of {shown(path, 80)} names no upper bound"
            yield problem("D14", message, "Say how many rows at most.", place)


def _is_bounded(entry: dict[str, Any], text: str) -> bool:
    """Tell whether a list may be short without paging: of a period, or of so many at most."""
    request = entry.get("request_format")
    parameters = request.get("parameters") if isinstance(request, dict) else None
    return _BOUND.search(text) is not None or _PERIOD.search(str(parameters)) is not None


def proposed_endpoints_are_protected(delivery: Delivery) -> Iterator[Problem]:
    """A proposed endpoint states a rate limit, and 401 or 403 when it is protected."""
    audited = any(
        entry.get("category") == "audit_logging" for _, entry in delivery.entries_of("security")
    )
    for pointer, method, path, entry in _proposed_endpoints(delivery):
        place = delivery.in_json(pointer)
        name = f"{method} {shown(path, 80)}"
        if NOBODY.fullmatch(str(entry.get("rate_limiting", "")).strip()):
            yield problem("D15", f"{name} is proposed without a rate limit", "State one.", place)
        protected = not NOBODY.fullmatch(str(entry.get("authentication", "none")).strip())
        answer = entry.get("response_format")
        errors = answer.get("error_responses") if isinstance(answer, dict) else None
        answers = {str(error)[:3] for error in errors} if isinstance(errors, list) else set()
        if protected and answers.isdisjoint({"401", "403"}):
            message = f"{name} asks who is calling, and names neither 401 nor 403 among its errors"
            yield problem("D16", message, "Add them to error_responses.", place)
        changes = method in {"POST", "PUT", "PATCH", "DELETE"}
        if (
            changes
            and _SENSITIVE.search(path)
            and not audited
            and "audit" not in str(entry).lower()
        ):
            message = f"{name} changes something sensitive, and nothing says that it is audited"
            yield problem("D17", message, "Say how it is logged, or propose audit_logging.", place)

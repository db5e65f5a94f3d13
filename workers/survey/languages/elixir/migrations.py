"""What each call of a migration of Ecto does to tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.elixir import created
from workers.survey.languages.elixir.created import Made
from workers.survey.languages.elixir.steps import Call, Step, Steps, worked_out
from workers.survey.languages.elixir.values import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable

_OF_TABLES = lazy_pattern(
    r"(?i)\b(?:alter|create|drop)\s{1,9}(?:unlogged\s{1,9})?table\s{1,9}(?:if\s{1,9}(?:not\s{1,9})?exists\s{1,9})?"
    r"(?:only\s{1,9})?([\w.\"]{1,120})"
    r"|\bindex\s{1,9}[^;]{0,200}?\bon\s{1,9}(?:only\s{1,9})?([\w.\"]{1,120})"
)


_OF_UNKNOWN_TABLES = lazy_pattern(
    r"(?i)\b(?:alter|create|drop|rename)\b[^;]{0,40}\b(?:table|index)\b"
)


def _alter(steps: Steps, call: Call) -> None:
    subject = created.subject(call)
    table = created.table_name(subject) if subject is not None else None
    if table is None:
        steps.unknown(None)
        return
    for inner in created.flat(call.body or [], dict(call.names)):
        name = inner.value(0)
        if inner.name in {"add", "add_if_not_exists"}:
            made = created.added(steps, inner)
            if made is None:
                steps.unknown(table)
            else:
                steps.listed.append(_added_step(table, made))
        elif inner.name == "timestamps":
            for own in created.timestamps(inner, steps.defaults):
                steps.listed.append(_added_step(table, Made([own], [])))
        elif inner.name in {"remove", "remove_if_exists"} and isinstance(name, str):
            steps.listed.append({"do": "drop_column", "table": table, "name": str(name)})
        elif inner.name == "modify" and isinstance(name, str):
            _modify(steps, table, str(name), inner)
        else:
            steps.unknown(table)


def _added_step(table: str, made: Made) -> Step:
    return {
        "do": "add_column", "table": table, "column": made.columns[0],
        "foreign_keys": made.keys, "indexes": [],
    }  # fmt: skip


def _modify(steps: Steps, table: str, name: str, call: Call) -> None:
    made = created.added(steps, call)
    if made is None:
        steps.unknown(table)
        return
    own = made.columns[0]
    changes = {"type": own["type"]}
    if "null" in call.options:
        changes["nullable"] = own["nullable"]
    if "default" in call.options:
        changes["default"] = own["default"]
    if call.options.get("primary_key") is True:
        changes |= {"primary_key": True, "nullable": False}
    steps.listed.append({"do": "change_column", "table": table, "name": name, "changes": changes})
    if made.keys:
        steps.listed.append({"do": "drop_key", "table": table, "columns": [name]})
        steps.listed.append({"do": "add_key", "table": table, "foreign_key": made.keys[0]})


def _rename(steps: Steps, call: Call) -> None:
    """Follow `rename table(:a), to: table(:b)` and `rename table(:a), :x, to: :y`."""
    subject = created.subject(call)
    table = created.table_name(subject) if subject is not None else None
    column_name, to = call.value(1), call.options.get("to")
    if table is None or subject is None:
        steps.unknown(None)
    elif subject.name == "index":
        steps.unknown(table)
    elif isinstance(column_name, str) and isinstance(to, str):
        step = {"do": "rename_column", "table": table, "name": str(column_name), "to": str(to)}
        steps.listed.append(step)
    else:
        node = next((pair for pair in call.pairs if pair[0] == "to"), None)
        other = worked_out(node[1], call.names) if node and node[1][0] == "call" else None
        new = created.table_name(other) if other is not None else None
        if new is None:
            steps.unknown(table)
        else:
            steps.listed.append({"do": "rename", "table": table, "to": new})


def _drop(steps: Steps, call: Call) -> None:
    subject = created.subject(call)
    table = created.table_name(subject) if subject is not None else None
    if subject is None or table is None:
        steps.unknown(None)
    elif subject.name == "table":
        steps.listed.append({"do": "drop", "table": table})
    elif subject.name in {"index", "unique_index"}:
        index = created.index(subject, table)
        name = subject.options.get("name") if index is None else index["name"]
        if isinstance(name, str):
            steps.listed.append({"do": "drop_index", "table": table, "name": str(name)})
        else:
            steps.unknown(table)
    elif subject.name == "constraint":
        _drop_constraint(steps, table, subject.value(1))


def _drop_constraint(steps: Steps, table: str, name: Any) -> None:
    """Drop a foreign key by the name that Ecto gives it; a check is no part of the map."""
    if not isinstance(name, str) or name.endswith("_pkey"):
        steps.unknown(table)
    elif name.endswith("_fkey"):
        own = name.removeprefix(f"{table.rpartition('.')[2]}_").removesuffix("_fkey")
        steps.listed.append({"do": "drop_key", "table": table, "columns": [own]})


def _execute(steps: Steps, call: Call) -> None:
    """Leave open what SQL does to tables; what only moves data changes none."""
    text = call.value(0)
    if call.arguments and call.arguments[0][0] == "fn" and not call.arguments[0][1]:
        return
    if not isinstance(text, str):
        steps.unknown(None)
        return
    names = [one or other for one, other in _OF_TABLES.findall(text)]
    for name in dict.fromkeys(names):
        steps.unknown(name.replace('"', "").removeprefix("public."))
    if (not names and _OF_UNKNOWN_TABLES.search(text)) or OPEN in "".join(names):
        steps.unknown(None)


CALLS: dict[str, Callable[[Steps, Call], None]] = {
    **dict.fromkeys(("create", "create_if_not_exists"), created.create),
    **dict.fromkeys(("drop", "drop_if_exists"), _drop),
    "alter": _alter,
    "rename": _rename,
    "execute": _execute,
    "execute_file": lambda steps, _call: steps.unknown(None),
}

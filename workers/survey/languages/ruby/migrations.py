"""What each call of Active Record's schemas and migrations does to tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.ruby import columns, created
from workers.survey.languages.ruby.columns import REFERENCES, Made
from workers.survey.languages.ruby.values import UNKNOWN, items

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.languages.ruby.steps import Call, Steps

_CHANGES_TABLES = lazy_pattern(r"(?i)\b(?:create|alter|drop|rename)\b")


def _on_table(steps: Steps, call: Call) -> str | None:
    """Return the table that a call is about; keep that it is not known."""
    name = call.values[0] if call.values else UNKNOWN
    if isinstance(name, str) and "\0" not in name:
        return str(name)
    steps.unknown(None)
    return None


def _change_table(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is None:
        return
    for inner in created.flat(call.block[1] if call.block else [], call):
        change = _IN_TABLE.get(inner.name)
        if change is not None:
            CALLS[change](steps, inner._replace(values=[table, *inner.values], name=change))
            continue
        made = None if inner.name in created.PASSED else created.declared(inner, table, steps)
        if made is not None:
            steps.add(table, made)
        elif inner.name not in created.PASSED:
            steps.unknown(table)


def _add_column(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is None:
        return
    names = call.values[1:2] if call.name == "add_column" else call.values[1:]
    kind = call.values[2] if len(call.values) > 2 else None
    if call.name == "add_columns":
        kind, names = call.options.get("type"), items(call.values[1:])
    if call.name == "add_timestamps":
        steps.add(table, columns.timestamps(call.options, steps.version))
    elif isinstance(kind, str) and kind in REFERENCES:
        steps.add(table, _references(steps, table, names, call))
    else:
        # Only a table that is made or changed by a block takes `index: true` of a column.
        options = {key: value for key, value in call.options.items() if key != "index"}
        steps.add(table, created.columns(table, names, kind, call._replace(options=options)))


def _references(steps: Steps, table: str, names: list[Any], call: Call) -> Made:
    return columns.references(
        columns.References(table, names, call.options, call.default), steps.version, steps.words
    )


def _add_reference(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is not None:
        steps.add(table, _references(steps, table, call.values[1:], call))


def _remove(steps: Steps, call: Call) -> None:
    """Drop columns: `remove_column`, `remove_reference`, `remove_timestamps`."""
    table = _on_table(steps, call)
    if table is None:
        return
    names = items(call.values[1:2] if call.name == "remove_column" else call.values[1:])
    if call.name in {"remove_reference", "remove_belongs_to"}:
        more = [f"{one}_type" for one in names] if call.options.get("polymorphic") else []
        names = [*(f"{one}_id" for one in names), *more]
    elif call.name == "remove_timestamps":
        names = ["created_at", "updated_at"]
    for name in names:
        if isinstance(name, str):
            steps.listed.append({"do": "drop_column", "table": table, "name": str(name)})
        else:
            steps.unknown(table)


def _rename(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is None:
        return
    others = [str(one) for one in call.values[1:] if isinstance(one, str)]
    if call.name == "rename_table" and len(others) == 1:
        steps.listed.append({"do": "rename", "table": table, "to": others[0]})
    elif call.name == "rename_column" and len(others) == 2:
        steps.listed.append(
            {"do": "rename_column", "table": table, "name": others[0], "to": others[1]}
        )
    elif call.name == "rename_index" and len(others) == 2:
        steps.listed.append(
            {"do": "rename_index", "table": table, "name": others[0], "to": others[1]}
        )
    else:
        steps.unknown(table)


def _change(steps: Steps, call: Call) -> None:
    """Change a column: its type, whether it may be null, its default."""
    table = _on_table(steps, call)
    if table is None:
        return
    name = call.values[1] if len(call.values) > 1 else UNKNOWN
    value = call.values[2] if len(call.values) > 2 else UNKNOWN
    if not isinstance(name, str):
        steps.unknown(table)
        return
    changes: dict[str, Any] = {}
    if call.name == "change_column_null":
        changes["nullable"] = value if isinstance(value, bool) else None
    elif call.name == "change_column_default":
        changes["default"] = _default(value, call.options)
    else:
        own = columns.column(str(name), str(value) if isinstance(value, str) else None,
                             call.options, call.default)  # fmt: skip
        changes = {key: own[key] for key in ("type", "nullable", "default")}
        if "null" not in call.options:
            del changes["nullable"]
        if "default" not in call.options:
            del changes["default"]
    steps.listed.append(
        {"do": "change_column", "table": table, "name": str(name), "changes": changes}
    )


def _default(value: Any, options: dict[Any, Any]) -> str | None:
    if "to" in options:
        value = options["to"]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return f'"{value}"' if isinstance(value, str) else None


def _drop_table(steps: Steps, call: Call) -> None:
    for name in items(call.values):
        if isinstance(name, str):
            steps.listed.append({"do": "drop", "table": str(name)})
        else:
            steps.unknown(None)


def _index(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is None:
        return
    if call.name == "add_index":
        steps.add(table, _with_index(table, call))
        return
    name = call.options.get("name")
    own = call.options.get("column", call.values[1] if len(call.values) > 1 else UNKNOWN)
    if not isinstance(name, str):
        made = columns.index(table, own, {})
        name = made["name"] if made else None
    steps.listed.append(
        {"do": "drop_index", "table": table, "name": name}
        if name
        else {"do": "unknown", "table": table}
    )


def _with_index(table: str, call: Call) -> Made:
    index = columns.index(table, call.values[1] if len(call.values) > 1 else UNKNOWN, call.options)
    return Made([], [index] if index else [], [], index is not None)


def _key(steps: Steps, call: Call) -> None:
    table = _on_table(steps, call)
    if table is None:
        return
    others = call.values[1:]
    if call.name == "add_foreign_key":
        steps.add(table, created.foreign_key(others, call.options, steps))
        return
    if not others and "to_table" in call.options:
        others = [call.options["to_table"]]
    made = created.foreign_key(others or ["?"], call.options, steps)
    if made.understood and (others or "column" in call.options):
        steps.listed.append({"do": "drop_key", "table": table, "columns": made.keys[0]["columns"]})
    else:
        steps.unknown(table)


def _execute(steps: Steps, call: Call) -> None:
    """Leave open what SQL does to tables; what only moves data changes none."""
    text = call.values[0] if call.values else UNKNOWN
    if not isinstance(text, str) or _CHANGES_TABLES.search(text):
        steps.unknown(None)


_IN_TABLE = {
    "remove": "remove_columns", "rename": "rename_column", "change": "change_column",
    "change_null": "change_column_null", "change_default": "change_column_default",
    "remove_references": "remove_reference", "remove_belongs_to": "remove_reference",
    "remove_timestamps": "remove_timestamps", "remove_index": "remove_index",
    "rename_index": "rename_index", "remove_foreign_key": "remove_foreign_key",
    "remove_columns": "remove_columns",
}  # fmt: skip


CALLS: dict[str, Callable[[Steps, Call], None]] = {
    "create_table": created.create_table,
    "create_join_table": created.join_table,
    "drop_join_table": created.join_table,
    "change_table": _change_table,
    **dict.fromkeys(("add_column", "add_columns", "add_timestamps"), _add_column),
    **dict.fromkeys(("add_reference", "add_belongs_to"), _add_reference),
    **dict.fromkeys(
        ("remove_column", "remove_columns", "remove_reference", "remove_belongs_to",
         "remove_timestamps"), _remove
    ),
    **dict.fromkeys(("rename_table", "rename_column", "rename_index"), _rename),
    **dict.fromkeys(("change_column", "change_column_null", "change_column_default"), _change),
    "drop_table": _drop_table,
    **dict.fromkeys(("add_index", "remove_index"), _index),
    **dict.fromkeys(("add_foreign_key", "remove_foreign_key"), _key),
    "execute": _execute,
}  # fmt: skip

"""What `create table` and `create index` make, and the columns that a body adds."""

from __future__ import annotations

from typing import Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.languages.elixir.steps import (
    MOST_STEPS,
    TRANSPARENT,
    Call,
    Defaults,
    Steps,
    of_tuple,
    worked_out,
)
from workers.survey.languages.elixir.values import (
    OPEN,
    UNKNOWN,
    Atom,
    Module,
    Names,
    Node,
    value_of,
)

ON_DELETE = {"delete_all": "CASCADE", "nilify_all": "SET NULL", "restrict": "RESTRICT",
             "default_all": "SET DEFAULT"}  # fmt: skip
_INDEX_NAME = lazy_pattern(r"[^\w]+")


def subject(call: Call) -> Call | None:
    """Return the `table(:x)` or `index(:x, ...)` that `create` and `drop` are about."""
    if call.arguments and call.arguments[0][0] == "call" and call.arguments[0][2] is None:
        return worked_out(call.arguments[0], call.names)
    return None


def table_name(subject: Call) -> str | None:
    """Return the table of `table(:x, prefix: "y")`, None where it is not known."""
    name, prefix = subject.value(0), subject.options.get("prefix")
    if not isinstance(name, str) or OPEN in name:
        return None
    if isinstance(prefix, str) and prefix != "public":
        return f"{prefix}.{name}"
    return str(name) if prefix is None or isinstance(prefix, str) else None


def create(steps: Steps, call: Call) -> None:
    """Follow `create table(:x) do`, `create index(:x, [:a])`."""
    about = subject(call)
    if about is None:
        steps.unknown(None)
        return
    table = table_name(about)
    if about.name == "table":
        _create_table(steps, call, about, table)
    elif about.name in {"index", "unique_index"}:
        _create_index(steps, about, table)
    elif about.name != "constraint":
        steps.unknown(table)


def _create_table(steps: Steps, call: Call, subject: Call, table: str | None) -> None:
    if table is None:
        steps.unknown(None)
        return
    columns, understood = _key(subject, steps.defaults)
    made = Made(columns, [], understood)
    made = _body(steps, call, made)
    steps.listed.append(
        {
            "do": "create", "table": table, "line": call.line, "columns": made.columns,
            "indexes": [], "foreign_keys": made.keys, "whole": made.understood,
            "primary_key": [one["name"] for one in made.columns if one["primary_key"]],
            "if_absent": call.name == "create_if_not_exists",
        }
    )  # fmt: skip


class Made(NamedTuple):
    """What a body adds to a table."""

    columns: list[dict[str, Any]]
    keys: list[dict[str, Any]]
    understood: bool = True


def _key(subject: Call, defaults: Defaults) -> tuple[list[dict[str, Any]], bool]:
    """Return the key that a table has without being primary."""
    primary = subject.options.get("primary_key", True)
    name, kind = defaults.key_name, defaults.key_type
    if isinstance(primary, dict):
        name = str(primary.get("name", name or "id"))
        kind = str(primary.get("type", kind))
    elif primary is False or name is None:
        return [], True
    elif primary is not True:
        return [], False
    return [column(str(name), kind, {"primary_key": True}, None)], True


def column(
    name: str, kind: str | None, options: dict[str, Any], default: str | None
) -> dict[str, Any]:
    """Return a column with what its options say."""
    null = options.get("null", True)
    primary = options.get("primary_key") is True
    return {
        "name": name,
        "type": _sized(kind, options),
        "nullable": False if primary else null if isinstance(null, bool) else None,
        "primary_key": primary,
        "unique": False,
        "default": default if options.get("default") is not None else None,
    }


def _sized(kind: str | None, options: dict[str, Any]) -> str | None:
    size, precision, scale = (options.get(key) for key in ("size", "precision", "scale"))
    if kind is not None and isinstance(precision, int):
        return f"{kind}({precision},{scale})" if isinstance(scale, int) else f"{kind}({precision})"
    return f"{kind}({size})" if kind is not None and isinstance(size, int) else kind


def type_of(value: Any) -> str | None:
    """Return a type as it is written: `string`, `{:array, :string}`."""
    if isinstance(value, tuple) and len(value) == 2:
        inner = type_of(value[1])
        return f"{{:{value[0]}, :{inner}}}" if isinstance(value[0], str) and inner else None
    if isinstance(value, Module):
        return value.name
    return str(value) if isinstance(value, str) else None


def _body(steps: Steps, call: Call, made: Made) -> Made:
    """Return what the `add`s and `timestamps` of a new table's body declare."""
    for inner in flat(call.body or [], dict(call.names)):
        if inner.name in {"add", "add_if_not_exists"}:
            own = added(steps, inner)
        elif inner.name == "timestamps":
            own = Made(timestamps(inner, steps.defaults), [])
        else:
            own = None
        if own is None:
            made = made._replace(understood=False)
            continue
        made = Made([*made.columns, *own.columns], [*made.keys, *own.keys], made.understood)
    return made


def flat(body: list[Node], names: Names) -> list[Call]:
    """Return the calls of a body, those of loops over what is known among them."""
    listed: list[Call] = []
    waiting = [(node, names) for node in reversed(body)]
    count = 0
    while waiting and count < MOST_STEPS:
        count += 1
        node, bound = waiting.pop()
        if node[0] == "=":
            bound[node[1]] = value_of(node[2], bound)
        elif node[0] != "call" or node[2] is not None:
            listed.append(Call("?", 0, [], {}, None, None, {}, []))
        elif node[3] == "for" and node[4] and node[4][0][0] == "+":
            for inside in reversed(_rounds(node[4][0], bound)):
                waiting += [(inner, inside) for inner in reversed(node[6] or [])]
        elif node[3] in TRANSPARENT:
            waiting += [(inner, bound) for inner in reversed(node[6] or [])]
        else:
            listed.append(worked_out(node, bound))
    return listed


def _rounds(generator: Node, names: Names) -> list[Names]:
    """Return what is bound in each round of `for x <- list`."""
    _, _, pattern, source = generator
    values = value_of(source, names)
    rounds: list[Names] = []
    for value in values if isinstance(values, list) else [UNKNOWN]:
        bound = {pattern[1]: value} if pattern[0] == "v" else of_tuple(pattern, value)
        rounds.append({**names, **bound})
    return rounds


def added(steps: Steps, call: Call) -> Made | None:
    """Return what `add :x, :string, null: false` or `add :x, references(:y)` declares."""
    name = call.value(0)
    if not isinstance(name, str) or OPEN in name:
        return None
    kind = call.arguments[1] if len(call.arguments) > 1 else ["?"]
    reference = _reference(kind, call)
    if reference is None:
        own = column(str(name), type_of(value_of(kind, call.names)), call.options, call.default)
        return Made([own], [])
    kind_of_key = type_of(reference.options.get("type")) or steps.defaults.reference_type
    own = column(str(name), kind_of_key, call.options, call.default)
    return Made([own], _keys(str(name), reference))


def _reference(kind: Node, call: Call) -> Call | None:
    is_reference = kind[0] == "call" and kind[3] == "references"
    return worked_out(kind, call.names) if is_reference else None


def _keys(name: str, reference: Call) -> list[dict[str, Any]]:
    table = table_name(reference)
    if table is None:
        return []
    on_delete = reference.options.get("on_delete")
    action = on_delete[0] if isinstance(on_delete, tuple) and on_delete else on_delete
    referred = reference.options.get("column", "id")
    return [
        {
            "columns": [name],
            "table": table,
            "referred": [str(referred)] if isinstance(referred, str) else [],
            "on_delete": "SET NULL" if action == "nilify" else ON_DELETE.get(str(action)),
        }
    ]


def timestamps(call: Call, defaults: Defaults) -> list[dict[str, Any]]:
    """Return the columns of `timestamps(type: :utc_datetime)`."""
    options = {"null": False, **dict(defaults.timestamps), **call.options}
    kind = type_of(options.get("type", Atom("naive_datetime")))
    columns = []
    for key in ("inserted_at", "updated_at"):
        name = options.get(key, key)
        own_kind = type_of(options.get(f"{key}_type")) or kind
        if isinstance(name, str):
            columns.append(column(str(name), own_kind, options, call.default))
    return columns


def _create_index(steps: Steps, subject: Call, table: str | None) -> None:
    if table is None:
        steps.unknown(None)
        return
    made = index(subject, table)
    if made is None:
        steps.unknown(table)
    else:
        steps.listed.append({"do": "add_index", "table": table, "index": made})


def index(subject: Call, table: str) -> dict[str, Any] | None:
    """Return the index of `index(:x, [:a, :b], unique: true)`."""
    listed = subject.value(1)
    listed = listed if isinstance(listed, list) else [listed]
    # An order or a prefix: `[desc: :a]`, `[:a, desc: :b]`.
    parts = [
        one for each in listed for one in (each.values() if isinstance(each, dict) else [each])
    ]
    if not parts or not all(isinstance(one, str) and OPEN not in one for one in parts):
        return None
    columns = [str(one) for one in parts]
    unique = subject.name == "unique_index" or subject.options.get("unique") is True
    return {"name": _index_name(subject, table, columns), "columns": columns, "unique": unique}


def _index_name(subject: Call, table: str, columns: list[str]) -> str:
    name = subject.options.get("name")
    if isinstance(name, str):
        return str(name)
    parts = [_INDEX_NAME.sub("_", one).strip("_") for one in columns]
    return "_".join([table.rpartition(".")[2], *parts, "index"])

"""Calls that read or change rows, known by what they are called on: session, manager, model."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.rules import trees
from workers.survey.syntax import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

MAY_ASK = lazy_pattern(
    rb"\.objects\b|\.query\b|\.scalars?\(|\.execute\(|\.fetch|\.find[A-Z(]|\.count\(|SELECT|select\("
)
_CONNECTION = lazy_pattern(
    r"^(?:_?(?:async_?)?(?:db_?)?(?:session|conn|connection|cursor|cur|db|pool|database|tx|trx)"
    r"|prisma|client|knex|sql|em|entityManager|manager|dataSource)$"
)
_SESSION = lazy_pattern(r"^_?(?:async_?)?(?:db_?)?(?:session|db)$")
_REPOSITORY = lazy_pattern(r"(?:Repository|Repo)$")
_MODEL = lazy_pattern(r"^[A-Z][a-z]\w*$")
_NO_MODEL = frozenset("Array Object Promise Map Set String Number Math Date Buffer JSON".split())
_SELECT = lazy_pattern(r"\s*(?:WITH\b.*\)\s*)?SELECT\b", re.IGNORECASE | re.DOTALL)
_CHANGE = lazy_pattern(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\b", re.IGNORECASE)
_ENDS = frozenset(
    "get first last exists count aggregate earliest latest aget afirst acount".split()
)
_QUERY_ENDS = frozenset("all first one one_or_none scalar scalars count scalar_one".split())
_ROWS = frozenset(
    "all filter exclude order_by select_related prefetch_related iterator distinct values"
    " values_list annotate only defer reverse using".split()
)
_FINDS = frozenset(
    "find findOne findFirst findFirstOrThrow findMany findUnique findUniqueOrThrow findByPk findAll"
    " findOneBy findOneOrFail findBy findById findAndCountAll".split()
)
_MANY = frozenset({"find", "findMany", "findAll", "findBy"})
_ORM = lazy_pattern(rb"\b(?:sqlalchemy|sqlmodel|flask_sqlalchemy|advanced_alchemy)\b")


def reads_now(call: Node) -> bool:
    """Tell whether a call sends a query that reads: the last one of its chain, or SQL itself."""
    if trees.whole_chain(call) != call:
        return False
    chain = trees.names(call)
    if call.type == "call":
        return _reads_in_python(call, chain)
    awaited = call.parent is not None and call.parent.type == "await_expression"
    return awaited and (_finds(chain) or _selects(call, chain))


def _reads_in_python(call: Node, chain: list[str]) -> bool:
    if "objects" in chain[1:-1]:
        at = chain.index("objects")
        return _MODEL.match(chain[at - 1]) is not None and chain[-1] in _ENDS
    if _is_on_session(call, chain):
        if "query" in chain[:-1]:
            return chain[-1] in _QUERY_ENDS
        if chain[-1] == "get":  # a dictionary may be called session, too
            arguments = trees.arguments(call)
            return len(arguments) > 1 and _MODEL.match(text(arguments[0])) is not None
        return chain[-1] in {"scalar", "scalars"} or _executes_select(call)
    return _selects(call, chain)


def _is_on_session(call: Node, chain: list[str]) -> bool:
    owner = next((n for n, name in enumerate(chain[:-1]) if _SESSION.match(name)), None)
    is_session = owner is not None and all(name in {"self", "db"} for name in chain[:owner])
    return is_session and _imports_orm(call)


def _imports_orm(node: Node) -> bool:
    while node.parent is not None:
        node = node.parent
    return _names_orm(node)


@lru_cache(maxsize=2)
def _names_orm(root: Node) -> bool:
    """Tell whether a file names an ORM; asked for each call in it, looked up once."""
    return _ORM.search(root.text or b"") is not None


def _executes_select(call: Node) -> bool:
    chain = trees.names(call)
    if "execute" not in chain:
        return False
    inner: Node | None = call
    while inner is not None and trees.last_name(inner) != "execute":
        callee = inner.child_by_field_name("function")
        owner = callee.child_by_field_name("object") if callee is not None else None
        inner = trees.unwrapped(owner)
    arguments = trees.arguments(inner) if inner is not None else []
    return bool(arguments) and trees.names(arguments[0])[:1] == ["select"]


def _selects(call: Node, chain: list[str]) -> bool:
    """Tell whether SQL that reads is handed to a connection."""
    statement = sql_of(call)
    return (
        len(chain) > 1
        and statement is not None
        and _SELECT.match(statement) is not None
        and any(_CONNECTION.match(name) for name in chain[:-1])
    )


def sql_of(call: Node) -> str | None:
    """Return the SQL that a call, or one before it in its chain, is given; None if it is none."""
    for argument in trees.arguments_of_chain(call):
        is_text = argument.type in trees.CALLS and trees.last_name(argument) == "text"
        statement = next(iter(trees.arguments(argument)), None) if is_text else argument
        if statement is not None and statement.type in trees.STRINGS:
            return text(statement).lstrip("rRfFbBuU").strip("\"'`")
    return None


def _finds(chain: list[str]) -> bool:
    if len(chain) < 2 or chain[-1] not in _FINDS:
        return False
    owners = [name for name in chain[:-1] if name != "this"]
    last = owners[-1] if owners else ""
    is_model = _MODEL.match(last) is not None and last not in _NO_MODEL and len(owners) == 1
    of_prisma = any(name in {"prisma", "tx", "db"} for name in owners[:-1])
    return is_model or of_prisma or _REPOSITORY.search(last) is not None


def gives_rows(value: Node | None) -> bool:
    """Tell whether an expression is the rows of a query."""
    value = trees.unwrapped(value)
    if value is None or value.type not in trees.CALLS:
        return False
    chain = trees.names(value)
    if value.type == "call_expression":
        return _finds(chain) and chain[-1] in _MANY
    if "objects" in chain[1:-1]:
        return _MODEL.match(chain[chain.index("objects") - 1]) is not None and chain[-1] in _ROWS
    if _is_on_session(value, chain):
        return chain[-1] in {"all", "scalars", "unique", "fetchall"}
    return chain[-1] in {"fetchall", "fetch"} and any(map(_CONNECTION.match, chain[:-1]))


def reads_without_bound(call: Node) -> bool:
    """Tell whether a call reads as many rows as there are: no limit, no list of keys, no sum."""
    if trees.whole_chain(call) != call:
        return False
    chain = trees.names(call)
    if call.type == "call_expression":
        many = (_finds(chain) and chain[-1] in _MANY) or _selects(call, chain)
    elif "objects" in chain[1:-1]:
        many = gives_rows(call)
    elif _is_on_session(call, chain):
        many = chain[-1] in {"all", "fetchall"}
    else:
        many = chain[-1] in {"fetch", "fetchall"} and _selects(call, chain)
    return many and not _BOUNDED.search(text(call)) and _is_all_written(call)


def _is_all_written(call: Node) -> bool:
    """Tell whether nothing that comes from elsewhere can bound a query."""
    if any(_has_gap(one) for one in trees.arguments_of_chain(call) if one.type in trees.STRINGS):
        return False
    if call.type == "call_expression":
        return all(_is_written_object(one) for one in trees.arguments(call))
    return all(
        _is_select(trees.arguments(inner)[0], call)
        for inner in _calls_of_chain(call)
        if trees.last_name(inner) in {"execute", "scalars"} and trees.arguments(inner)
    )


def _has_gap(statement: Node) -> bool:
    return any(
        one.type in {"interpolation", "template_substitution"} for one in statement.named_children
    )


def _is_written_object(argument: Node) -> bool:
    """Tell whether options, or what a local holds of them, stand there without a spread."""
    if argument.type == "identifier":
        values = trees.local_values(argument, text(argument))
        return bool(values) and all(
            one.type == "object" and _is_written_object(one) for one in values
        )
    return argument.type in trees.STRINGS or (
        argument.type == "object"
        and not any(one.type == "spread_element" for one in argument.named_children)
    )


def _is_select(statement: Node, call: Node) -> bool:
    """Tell whether a statement begins with `select(`, or a local does that is only refined."""
    if statement.type in trees.STRINGS or trees.last_name(statement) == "text":
        return True
    if statement.type != "identifier":
        return trees.names(statement)[:1] == ["select"]
    firsts = [trees.names(one)[:1] for one in trees.local_values(call, text(statement))]
    return ["select"] in firsts and all(
        first in (["select"], [text(statement)]) for first in firsts
    )


def _calls_of_chain(call: Node) -> Iterator[Node]:
    inner: Node | None = call
    while inner is not None:
        if inner.type in trees.CALLS:
            yield inner
            inner = trees.unwrapped(inner.child_by_field_name("function"))
        else:
            inner = trees.unwrapped(inner.child_by_field_name("object"))


_BOUNDED = lazy_pattern(
    r"\b(?:LIMIT|TOP|FETCH\s+FIRST|ANY|IN|HAVING|DISTINCT|GROUP\s+BY)\b|__in\b|\bin_\(|\$in\b|\b(?:in|take|first|skip)\s*:"
    r"|\b(?:count|max|min|sum|avg|group_by|distinct|aggregate)\s*\(|\b_?(?:id|pk|uuid|slug|email|username|token|code|sku|isbn)"
    r"\s*(?:=|:(?!\s*(?:true|[\"']?(?:asc|desc))))",
    re.IGNORECASE,
)


def changes(call: Node) -> bool:
    """Tell whether a call changes rows: on a session, manager or model, or by SQL.

    A commit alone may end a transaction that only read; notes of who came are no change of what
    a caller asked for.
    """
    chain = trees.names(call)
    if any(_NOTED.search(text(one)) for one in trees.arguments_of_chain(call)):
        return False
    if call.type == "call":
        if "objects" in chain[1:-1]:
            return chain[-1] in {"create", "delete", "update", "bulk_create", "update_or_create"}
        if _is_on_session(call, chain) and chain[-1] in {"delete", "add"}:
            return True
        if _is_on_session(call, chain) and chain[-1] == "commit":
            return _sets_attributes(call)
    elif len(chain) > 1 and chain[-1] in _CHANGES_ROWS:
        return not _NO_ROWS.search(chain[-2])
    statement = sql_of(call)
    return statement is not None and len(chain) > 1 and _CHANGE.match(statement) is not None


def _sets_attributes(call: Node) -> bool:
    """Tell whether the function that commits sets an attribute of something before."""
    scope = trees.above(call, trees.FUNCTIONS)
    targets = (
        node.child_by_field_name("left")
        for node in (trees.nodes(scope) if scope is not None else ())
        if node.type == "assignment" and node.end_byte <= call.start_byte
    )
    return any(
        target is not None
        and target.type == "attribute"
        and trees.names(target)[0] not in {"", "self", "request", "response", "g"}
        for target in targets
    )


_NOTED = lazy_pattern(
    r"(?:Log|Logs|Audit|Visit|PageView|Hit|Activity)\w*\(|\b\w*(?:logs?|audits?|visits?|views|hits)\s*(?:\(|SET\b)",
)
_NO_ROWS = lazy_pattern(
    r"session|stream|socket|^re[qs]$|request|response|conn|server|client|agent|pool|redis|cache"
    r"|file|worker|process|queue|cookie",
    re.IGNORECASE,
)
_CHANGES_ROWS = frozenset(
    "deleteOne deleteMany updateOne updateMany insertOne insertMany findByIdAndDelete"
    " findByIdAndUpdate findOneAndDelete findOneAndUpdate destroy upsert".split()
)

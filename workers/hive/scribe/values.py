"""When two values of a typed field contradict each other: True, False, None where nobody knows.

DOUBTED is for what may be one thing said in two ways: a warning, never an error. A value that is
null or of another form than the field's never contradicts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from sessions.patterns import lazy_pattern
from workers.claims.columns import family
from workers.claims.names import bare
from workers.claims.paths import is_suffix, segments
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Callable

# A line for the types: equal, other, may be other, not to be compared.
DOUBTED: Final = "doubted"
Agreement = Literal["doubted"] | bool | None
if TYPE_CHECKING:
    Agree = Callable[[Any, Any], Agreement]

_WORD = lazy_pattern(r"[\w.+#/@:-]{1,80}")
_NUMBER = lazy_pattern(r"\s*(-?[0-9]{1,15}(?:\.[0-9]{1,10})?)\s*(%|[A-Za-z]{0,12})\s*")
_LENGTH = lazy_pattern(r"\(\s*([0-9]{1,9})\s*(?:,\s*([0-9]{1,9})\s*)?\)")
_HEX = lazy_pattern(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_SIZE = lazy_pattern(r"-?[0-9.]{1,12}(px|rem|em|pt|%|vh|vw|ms|s)")
_SIZED = frozenset({"text", "decimal", "bytea"})
# What an ORM and its database, or two databases, call otherwise.
_LOOSE = {
    frozenset(pair.split())
    for pair in (
        "int bigint", "int smallint", "smallint bigint", "decimal float", "timestamp date",
        "timestamp time", "uuid text", "uuid bytea", "bool smallint", "bool int", "json text",
        "timestamp text", "date text", "time text", "bytea text", "timestamp int",
        "timestamp bigint",
    )
}  # fmt: skip
_NOW = frozenset("now() current_timestamp current_timestamp() getdate() sysdate now".split())
_YES, _NO = frozenset({"true", "t", "1", "yes"}), frozenset({"false", "f", "0", "no"})
_VERSION = lazy_pattern(r"v[0-9][0-9.]*")


def flag(first: Any, second: Any) -> Agreement:
    """Compare what is true or false."""
    if isinstance(first, bool) and isinstance(second, bool):
        return first is second
    return None


def figure(first: Any, second: Any) -> Agreement:
    """Compare numbers; one that is the other rounded agrees, another unit is not compared."""
    left, right = _number(first), _number(second)
    if left is None or right is None or left[1] != right[1]:
        return None
    digits = min(left[2], right[2])
    return bool(abs(left[0] - right[0]) < 10**-digits)


def _number(value: Any) -> tuple[float, str, int] | None:
    """Return number, unit and decimal places."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    match = _NUMBER.fullmatch(str(value))
    if match is None:
        return None
    places = len(match[1].partition(".")[2])
    return float(match[1]), "" if match[2] == "%" else match[2].lower(), places


def count(first: Any, second: Any) -> Agreement:
    """Compare whole numbers."""
    if any(isinstance(value, bool) or not isinstance(value, int) for value in (first, second)):
        return None
    return bool(first == second)


def word(first: Any, second: Any) -> Agreement:
    """Compare single words without regard to case; sentences are not compared."""
    if not isinstance(first, str) or not isinstance(second, str):
        return None
    left, right = first.strip(), second.strip()
    if not (_WORD.fullmatch(left) and _WORD.fullmatch(right)):
        return None
    return plain(left) == plain(right)


def exact(first: Any, second: Any) -> Agreement:
    """Compare names whose every character counts, as tags, versions and digests."""
    if not all(isinstance(value, str | int | float) for value in (first, second)):
        return None
    left, right = str(first).strip(), str(second).strip()
    return left == right if _WORD.fullmatch(left) and _WORD.fullmatch(right) else None


def design_value(first: Any, second: Any) -> Agreement:
    """Compare values of design tokens; sizes of two units may be one size."""
    left, right = (str(value).strip().lower() for value in (first, second))
    colours = [_colour(left), _colour(right)]
    if None not in colours:
        return colours[0] == colours[1]
    sizes = [_SIZE.fullmatch(left), _SIZE.fullmatch(right)]
    if sizes[0] and sizes[1] and sizes[0][1] != sizes[1][1]:
        return None
    if left == right:
        return True
    # One that is calculated, or refers to another, may come to the same.
    return None if re.search(r"[({$]|var", left + right) else exact(left, right)


def _colour(text: str) -> str | None:
    if not _HEX.fullmatch(text):
        return None
    digits = text[1:] if len(text) > 5 else "".join(2 * digit for digit in text[1:])
    return digits.removesuffix("ff") if len(digits) == 8 else digits


def moment(first: Any, second: Any) -> Agreement:
    """Compare dates as far as both say one: 2024-05 agrees with 2024-05-03."""
    if not isinstance(first, str) or not isinstance(second, str):
        return None
    days = [
        re.match(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?", text.strip()) for text in (first, second)
    ]
    if days[0] is None or days[1] is None:
        return None
    shorter, longer = sorted((days[0][0], days[1][0]), key=len)
    return longer.startswith(shorter)


def names(first: Any, second: Any) -> Agreement:
    """Compare lists of names: that each has what the other lacks is doubted, no more."""
    if not isinstance(first, list) or not isinstance(second, list):
        return None
    left, right = ({plain(str(name)) for name in listed} for listed in (first, second))
    if left <= right or right <= left:
        return None if left != right else True
    return DOUBTED


def route(first: Any, second: Any) -> Agreement:
    """Compare paths; where one is the end of the other, or only a version differs, none knows."""
    if not isinstance(first, str) or not isinstance(second, str):
        return None
    left, right = segments(first), segments(second)
    if left == right:
        return True
    if is_suffix(first, second) or is_suffix(second, first):
        return None
    bare_paths = [
        [part for part in parts if not _VERSION.fullmatch(part)] for parts in (left, right)
    ]
    return None if bare_paths[0] == bare_paths[1] else False


def method(first: Any, second: Any) -> Agreement:
    """Compare methods; ANY holds all, and GET answers HEAD."""
    if not isinstance(first, str) or not isinstance(second, str):
        return None
    pair = {first.upper(), second.upper()}
    if pair & {"ANY", "ALL", "*"} or pair in ({"GET", "HEAD"}, {"GET", "WEBSOCKET"}):
        return None
    return len(pair) == 1


def sql_type(first: Any, second: Any) -> Agreement:
    """Compare types of columns: synonyms agree; sizes are compared where both name one."""
    if not isinstance(first, str) or not isinstance(second, str):
        return None
    left, right = (" ".join(text.split()).lower() for text in (first, second))
    if left == right:
        return True
    families = family(left), family(right)
    if None in families:
        return None
    if families[0] != families[1]:
        return DOUBTED if frozenset(families) in _LOOSE else False
    sizes = _LENGTH.search(left), _LENGTH.search(right)
    if families[0] not in _SIZED or sizes[0] is None or sizes[1] is None:
        return True
    return (sizes[0][1], sizes[0][2] or "0") == (sizes[1][1], sizes[1][2] or "0")


def reference(first: Any, second: Any) -> Agreement:
    """Compare what foreign keys refer to: `users` agrees with `users.id` and `public.users(id)`."""
    left, right = _referred(first), _referred(second)
    if not left or not right:
        return None
    if len(left) == len(right) == 2:  # a schema and a table, or a table and a column
        return left == right or left[1] == right[0] or left[0] == right[1]
    shorter, longer = sorted((left, right), key=len)
    return shorter[0] in longer


def _referred(value: Any) -> tuple[str, ...]:
    """Return the last two names of a reference, or the table alone where that is certain."""
    if not isinstance(value, str):
        return ()
    match = re.fullmatch(r"([\w$.\"`\[\]]{1,200})\s*(\(\s*[\w$\"`]{1,80}\s*\))?", value.strip())
    if match is None:
        return ()
    parts = [plain(part.strip('"`[]')) for part in match[1].split(".") if part]
    return tuple(parts[-1:] if match[2] else parts[-2:])


def default(first: Any, second: Any) -> Agreement:
    """Compare defaults of columns; an expression is compared with an equal one only."""
    left, right = (_literal(value) for value in (first, second))
    if left is None or right is None:
        return None
    if left == right or {left, right} <= _NOW or any({left, right} <= k for k in (_YES, _NO)):
        return True
    if figure(left, right):
        return True
    return None if "(" in left + right or {left, right} & _NOW else False


def _literal(value: Any) -> str | None:
    if not isinstance(value, str | int | float):
        return None
    text = re.sub(r"::[\w ]+$", "", str(value).strip()).strip("'\"").lower()
    return text or None


def schema_of(name: Any) -> str:
    """Return the schema that a table's name begins with, empty for the usual one."""
    parts = [part.strip('"`[] ') for part in str(name).split(".")]
    qualifier = parts[-2].lower() if len(parts) > 1 else ""
    return "" if qualifier in {"public", "dbo", "main"} else qualifier


def table_name(name: Any) -> str | None:
    """Return a table's bare name for comparing, None for what is no name."""
    text = bare(name) if isinstance(name, str) else None
    return plain(text) if text else None

"""Expressions as a declaration writes them: types and defaults of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workers.survey.languages.php.expressions import Expression

_MOST = 40
_DEEPEST = 6


def words(expression: Expression, depth: int = 0) -> str | None:
    """Return an expression as it is written, None where it is not plain."""
    if isinstance(expression, str):
        return f"'{expression}'"
    if not isinstance(expression, list) or not expression or depth > _DEEPEST:
        return None
    kind = expression[0]
    if kind in {"literal", "constant"}:
        return str(expression[1])
    if kind == "member":
        return f"{expression[1].rpartition(chr(92))[2]}::{expression[2]}"
    if kind == "new":
        return _called(expression[1].rpartition("\\")[2], expression[2], depth, "new ")
    if kind == "array":
        return _array(expression[1], depth)
    if kind == "chain" and len(expression[2]) == 1:
        base, (name, arguments, _) = expression[1], expression[2][0]
        if base is None:
            return _called(name, arguments, depth)
        if isinstance(base, list) and base[:1] == ["class"]:
            return _called(f"{base[1].rpartition(chr(92))[2]}::{name}", arguments, depth)
    return None


def _array(pairs: list[Any], depth: int) -> str | None:
    listed = [words(one, depth + 1) for _, one in pairs[:_MOST]]
    is_plain = all(one is not None for one in listed) and all(key is None for key, _ in pairs)
    return f"[{', '.join(str(one) for one in listed)}]" if is_plain else None


def _called(name: str, arguments: list[Any], depth: int, before: str = "") -> str | None:
    listed = [words(one, depth + 1) for _, one, _ in arguments[:_MOST]]
    if any(one is None for one in listed):
        return None
    return f"{before}{name}({', '.join(str(one) for one in listed)})"

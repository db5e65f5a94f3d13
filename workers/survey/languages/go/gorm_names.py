"""Names as GORM makes them of Go's: snake case with its initialisms, and English plurals."""

from __future__ import annotations

import re
from functools import cache

from sessions.patterns import lazy_pattern

_INITIALISMS = (
    "API ASCII CPU CSS DNS EOF GUID HTML HTTP HTTPS ID IP JSON LHS QPS RAM RHS RPC SLA SMTP SSH"
    " TLS TTL UID UI UUID URI URL UTF8 VM XML XSRF XSS"
).split()
# The first of the list that fits at a place is written as a word: HTTPS as `Https` only by luck.
_INITIAL = lazy_pattern("|".join(_INITIALISMS))
_UNCOUNTABLE = frozenset(
    "equipment information rice money species series fish sheep jeans police".split()
)
_IRREGULAR = (
    ("person", "people"), ("man", "men"), ("child", "children"), ("sex", "sexes"),
    ("move", "moves"), ("ombie", "ombies"), ("goose", "geese"), ("foot", "feet"),
    ("moose", "moose"), ("tooth", "teeth"),
)  # fmt: skip
# What comes first is tried first.
_PLURALS = (
    (r"(quiz)$", r"\1zes"), (r"^(oxen)$", r"\1"), (r"^(ox)$", r"\1en"), (r"^(m|l)ice$", r"\1ice"),
    (r"^(m|l)ouse$", r"\1ice"), (r"(matr|vert|ind)(?:ix|ex)$", r"\1ices"),
    (r"(x|ch|ss|sh)$", r"\1es"), (r"([^aeiouy]|qu)y$", r"\1ies"), (r"(hive)$", r"\1s"),
    (r"([^f])fe$", r"\1ves"), (r"([lr])f$", r"\1ves"), (r"sis$", "ses"), (r"([ti])a$", r"\1a"),
    (r"([ti])um$", r"\1a"), (r"(buffal|tomat)o$", r"\1oes"), (r"(bu)s$", r"\1ses"),
    (r"(alias|status)$", r"\1es"), (r"(octop|vir)i$", r"\1i"), (r"(octop|vir)us$", r"\1i"),
    (r"^(ax|test)is$", r"\1es"), (r"s$", "s"), (r"([a-z])$", r"\1s"),
)  # fmt: skip


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), to) for pattern, to in _PLURALS)


def plural(name: str) -> str:
    """Return the plural of a name in snake case, by the rules of the library that GORM uses."""
    if name in _UNCOUNTABLE:
        return name
    for single, many in _IRREGULAR:
        if name.endswith(many):
            return name
        if name.endswith(single):
            return name.removesuffix(single) + many
    for pattern, to in _compiled():
        if pattern.search(name):
            return pattern.sub(to, name)
    return name


def singular(name: str) -> str:
    """Return the singular of a field's name, as far as names of relations go."""
    for single, many in _IRREGULAR:
        if name.lower().endswith(many) and single != many:
            return name[: -len(many)] + (single.title() if name[-len(many)].isupper() else single)
    for ending, to in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"),
                       ("uses", "us"), ("ves", "ve")):  # fmt: skip
        if name.endswith(ending):
            return name.removesuffix(ending) + to
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def snake_case(name: str) -> str:
    """Return a name as GORM writes it in a database."""
    if not name:
        return name
    value = _INITIAL.sub(lambda match: match[0][0] + match[0][1:].lower(), name)
    written: list[str] = []
    for at, character in enumerate(value):
        if not _is_capital(character):
            written.append(character)
            continue
        after = value[at + 1 : at + 2]
        follows = at > 0 and _is_capital(value[at - 1])
        is_last = at == len(value) - 1
        if is_last:
            needs_bar = not follows and len(value) > 1
        elif follows and (_is_capital(after) or after.isdigit()):
            needs_bar = False
        else:
            needs_bar = at > 0 and value[at - 1] != "_" and after != "_"
        written.append(f"_{character.lower()}" if needs_bar else character.lower())
    return "".join(written)


def _is_capital(character: str) -> bool:
    return "A" <= character <= "Z"

"""What Mongoose calls the collection of a model: its name in lower case, as a plural."""

from __future__ import annotations

import re
from functools import cache

# The rules of mongoose-legacy-pluralize, the first that fits counts.
_RULES = (
    (r"human$", "humans"),
    (r"(m)an$", r"\1en"),
    (r"(pe)rson$", r"\1ople"),
    (r"(child)$", r"\1ren"),
    (r"^(ox)$", r"\1en"),
    (r"(ax|test)is$", r"\1es"),
    (r"(octop|cact|foc|fung|nucle)us$", r"\1i"),
    (r"(alias|status|virus)$", r"\1es"),
    (r"(bu)s$", r"\1ses"),
    (r"(buffal|tomat|potat)o$", r"\1oes"),
    (r"([ti])um$", r"\1a"),
    (r"sis$", "ses"),
    (r"(?:([^f])fe|([lr])f)$", r"\1\2ves"),
    (r"(hive)$", r"\1s"),
    (r"([^aeiouy]|qu)y$", r"\1ies"),
    (r"(x|ch|ss|sh)$", r"\1es"),
    (r"(matr|vert|ind)ix|ex$", r"\1ices"),
    (r"([m|l])ouse$", r"\1ice"),
    (r"(kn|w|l)ife$", r"\1ives"),
    (r"(quiz)$", r"\1zes"),
    (r"^goose$", "geese"),
    (r"s$", "s"),
    (r"([^a-z])$", r"\1"),
    (r"$", "s"),
)
_UNCOUNTABLE = frozenset(
    "advice energy excretion digestion cooperation health justice labour machinery equipment"
    " information pollution sewage paper money species series rain rice fish sheep moose deer news"
    " expertise status media".split()
)


def collection(model: str) -> str:
    """Return the name of the collection of a model."""
    name = model.lower()
    if name in _UNCOUNTABLE:
        return name
    for pattern, plural in _compiled():
        if pattern.search(name):
            return pattern.sub(plural, name, count=1)
    return name


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), plural) for pattern, plural in _RULES)

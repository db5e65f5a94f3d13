"""Singular and plural of English words as Active Support makes them, with an application's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

# The rules of Active Support; of two that fit, the later one counts.
_PLURALS = (
    (r"$", "s"), (r"s$", "s"), (r"^(ax|test)is$", r"\1es"), (r"(octop|vir)us$", r"\1i"),
    (r"(octop|vir)i$", r"\1i"), (r"(alias|status)$", r"\1es"), (r"(bu)s$", r"\1ses"),
    (r"(buffal|tomat)o$", r"\1oes"), (r"([ti])um$", r"\1a"), (r"([ti])a$", r"\1a"),
    (r"sis$", "ses"), (r"(?:([^f])fe|([lr])f)$", r"\1\2ves"), (r"(hive)$", r"\1s"),
    (r"([^aeiouy]|qu)y$", r"\1ies"), (r"(x|ch|ss|sh)$", r"\1es"),
    (r"(matr|vert|ind)(?:ix|ex)$", r"\1ices"), (r"^(m|l)ouse$", r"\1ice"),
    (r"^(m|l)ice$", r"\1ice"), (r"^(ox)$", r"\1en"), (r"^(oxen)$", r"\1"), (r"(quiz)$", r"\1zes"),
)  # fmt: skip
_SINGULARS = (
    (r"s$", ""), (r"(ss)$", r"\1"), (r"(n)ews$", r"\1ews"), (r"([ti])a$", r"\1um"),
    (r"((a)naly|(b)a|(d)iagno|(p)arenthe|(p)rogno|(s)ynop|(t)he)(sis|ses)$", r"\1sis"),
    (r"(^analy)(sis|ses)$", r"\1sis"), (r"([^f])ves$", r"\1fe"), (r"(hive)s$", r"\1"),
    (r"(tive)s$", r"\1"), (r"([lr])ves$", r"\1f"), (r"([^aeiouy]|qu)ies$", r"\1y"),
    (r"(s)eries$", r"\1eries"), (r"(m)ovies$", r"\1ovie"), (r"(x|ch|ss|sh)es$", r"\1"),
    (r"^(m|l)ice$", r"\1ouse"), (r"(bus)(es)?$", r"\1"), (r"(o)es$", r"\1"), (r"(shoe)s$", r"\1"),
    (r"(cris|test)(is|es)$", r"\1is"), (r"^(a)x[ie]s$", r"\1xis"), (r"(octop|vir)(us|i)$", r"\1us"),
    (r"(alias|status)(es)?$", r"\1"), (r"^(ox)en", r"\1"), (r"(vert|ind)ices$", r"\1ex"),
    (r"(matr)ices$", r"\1ix"), (r"(quiz)zes$", r"\1"), (r"(database)s$", r"\1"),
)  # fmt: skip
_IRREGULAR = (
    ("person", "people"), ("man", "men"), ("child", "children"), ("sex", "sexes"),
    ("move", "moves"), ("zombie", "zombies"),
)  # fmt: skip
_UNCOUNTABLE = frozenset(
    "equipment information rice money species series fish sheep jeans police".split()
)


@dataclass
class Inflections:
    """What an application adds to the rules: its irregular and its uncountable words."""

    irregular: list[tuple[str, str]] = field(default_factory=list)
    uncountable: set[str] = field(default_factory=set)

    def singular(self, word: str) -> str:
        """Return a word's singular."""
        return self._inflected(word, plural=False)

    def plural(self, word: str) -> str:
        """Return a word's plural."""
        return self._inflected(word, plural=True)

    def _inflected(self, word: str, *, plural: bool) -> str:
        last = re.split(r"\W", word)[-1].lower()
        if last in _UNCOUNTABLE or last in self.uncountable:
            return word
        for single, many in (*reversed(self.irregular), *_IRREGULAR):
            wanted = many if plural else single
            for ending in (single, many):
                if word.lower().endswith(ending.lower()):
                    return word[: len(word) - len(ending)] + wanted
        for pattern, by in reversed(_rules(plural=plural)):
            if pattern.search(word):
                return pattern.sub(by, word, count=1)
        return word


@cache
def _rules(*, plural: bool) -> tuple[tuple[re.Pattern[str], str], ...]:
    rules = _PLURALS if plural else _SINGULARS
    return tuple((re.compile(pattern, re.IGNORECASE), by) for pattern, by in rules)


def own_words(statements: Iterable[list[Any]]) -> tuple[list[list[str]], list[str]]:
    """Return the irregular and the uncountable words that an initializer names."""
    irregular: list[list[str]] = []
    uncountable: list[str] = []
    waiting = list(statements)
    while waiting:
        node = waiting.pop()
        if node[0] == "if":
            waiting += [statement for body in node[1] for statement in body]
        if node[0] != "call":
            continue
        waiting += node[6][1] if node[6] else []
        words = [one[1] for one in _flat(node[4]) if one[0] in {"s", "y"}]
        if node[3] == "irregular" and len(words) == 2:
            irregular.append(words)
        elif node[3] == "uncountable":
            uncountable += [word.lower() for word in words]
    return irregular, uncountable


def _flat(values: list[list[Any]]) -> list[list[Any]]:
    return [one for value in values for one in (value[1] if value[0] in {"l", "*"} else [value])]


def underscored(name: str) -> str:
    """Return the path of a constant: `Api::UserList` is `api/user_list`."""
    path = name.replace("::", "/")
    path = re.sub(r"([A-Z\d]+)([A-Z][a-z])", r"\1_\2", path)
    return re.sub(r"([a-z\d])([A-Z])", r"\1_\2", path).replace("-", "_").lower()

"""Singular and plural as Laravel makes them: the English rules of Doctrine's inflector."""

from __future__ import annotations

import re
from functools import cache

_ALIKE = frozenset(
    "advice aircraft art audio baggage bison bream breeches britches buffalo"
    " butter carp cattle chassis clippers clothing coal cod compensation corps cotton data debris"
    " deer diabetes education elk emoji equipment evidence feedback fish flounder flour food"
    " furniture gallows gold headquarters herpes homework information innings jeans jedi kin"
    " knowledge leather love luggage mackerel management metadata mews money moose mumps music news"
    " nexus nutrition offspring oil patience plankton pliers pokemon police polish proceedings"
    " progress rabies rain research rhinoceros rice salmon sand scissors series shears sheep"
    " siemens silk sms soap spam species staff sugar swine talent toothpaste traffic travel"
    " trousers trout tuna us vinegar weather wheat whiting wildebeest wood wool".split()
)
_ALIKE_IN_SINGULAR = frozenset(
    "trivia clothes fascia fuchsia galleria mafia militia pants petunia sepia utopia".split()
)
_ALIKE_IN_PLURAL = frozenset("people trivia media recommended related".split())
_IRREGULAR = (
    "atlas atlases axis axes axe axes beef beefs blouse blouses brother brothers cafe cafes"
    " cave caves chateau chateaux niveau niveaux child children canvas canvases cookie cookies"
    " brownie brownies corpus corpuses cow cows criterion criteria curriculum curricula demo demos"
    " domino dominoes echo echoes epoch epochs foot feet fungus fungi ganglion ganglions gas gases"
    " genie genies genus genera goose geese graffito graffiti hippopotamus hippopotami hoof hoofs"
    " human humans iris irises larva larvae leaf leaves lens lenses loaf loaves man men"
    " memorandum memoranda mongoose mongooses motto mottoes move moves mythos mythoi niche niches"
    " nucleus nuclei octopus octopuses opus opuses ox oxen passerby passersby person people"
    " plateau plateaux safe safes sieve sieves soliloquy soliloquies syllabus syllabi thief thieves"
    " tooth teeth tornado tornadoes turf turfs valve valves volcano volcanoes abuse abuses"
    " avalanche avalanches cache caches curve curves emphasis emphases foe foes grave graves"
    " hoax hoaxes neurosis neuroses save saves wave waves oasis oases zombie zombies"
).split()
_TO_SINGULAR = (
    (r"statuses$", "status"), (r"status$", "status"), (r"campus$", "campus"),
    (r"^(.*menu)s$", r"\1"), (r"(quiz)zes$", r"\1"), (r"(matr)ices$", r"\1ix"),
    (r"(vert|ind)ices$", r"\1ex"), (r"^(ox)en", r"\1"), (r"(alias)(?:es)*$", r"\1"),
    (r"(buffal|her|potat|tomat|volcan)oes$", r"\1o"),
    (r"(alumn|bacill|cact|foc|fung|nucle|radi|stimul|syllab|termin|viri?)i$", r"\1us"),
    (r"([ftw]ax)es", r"\1"), (r"(analys|ax|cris|test|thes)es$", r"\1is"),
    (r"(shoe|slave)s$", r"\1"), (r"(o)es$", r"\1"), (r"ouses$", "ouse"), (r"([^a])uses$", r"\1us"),
    (r"([m|l])ice$", r"\1ouse"), (r"(x|ch|ss|sh)es$", r"\1"), (r"movies$", "movie"),
    (r"series$", "series"), (r"([^aeiouy]|qu)ies$", r"\1y"), (r"([lr])ves$", r"\1f"),
    (r"(tive|hive|drive|dive|olive)s$", r"\1"), (r"([^fo])ves$", r"\1fe"),
    (r"(analy|diagno|^ba|parenthe|progno|synop|the)ses$", r"\1sis"), (r"(tax)a$", r"\1on"),
    (r"criteria$", "criterion"), (r"([ti])a(?<!regatta)$", r"\1um"), (r"people$", "person"),
    (r"men$", "man"), (r"children$", "child"), (r"feet$", "foot"), (r"news$", "news"),
    (r"eaus$", "eau"), (r"^(tights|shorts)$", r"\1"), (r"s$", ""),
)  # fmt: skip
_TO_PLURAL = (
    (r"status$", "statuses"), (r"(quiz)$", r"\1zes"), (r"^(ox)$", r"\1en"),
    (r"([m|l])ouse$", r"\1ice"), (r"(matr|vert|ind)(?:ix|ex)$", r"\1ices"),
    (r"(x|ch|ss|sh)$", r"\1es"), (r"([^aeiouy]|qu)y$", r"\1ies"), (r"(hive|gulf)$", r"\1s"),
    (r"([^f])fe$", r"\1ves"), (r"([lr])f$", r"\1ves"), (r"sis$", "ses"), (r"([ti])um$", r"\1a"),
    (r"(tax)on$", r"\1a"), (r"criterion$", "criteria"), (r"person$", "people"), (r"man$", "men"),
    (r"child$", "children"), (r"foot$", "feet"),
    (r"(buffal|her|potat|tomat|volcan)o$", r"\1oes"),
    (r"(alumn|bacill|cact|foc|fung|nucle|radi|stimul|syllab|termin|vir)us$", r"\1i"),
    (r"us$", "uses"), (r"(alias)$", r"\1es"), (r"(analys|ax|cris|test|thes)is$", r"\1es"),
    (r"s$", "s"), (r"$", "s"),
)  # fmt: skip
LONGEST = 100  # of a word that is inflected


def singular(word: str) -> str:
    """Return the singular of a word."""
    low = word.lower()
    if low.endswith("ss") or low in _ALIKE_IN_SINGULAR:
        return word
    return _inflected(word, dict(zip(_IRREGULAR[1::2], _IRREGULAR[::2], strict=True)), _TO_SINGULAR)


def plural(word: str) -> str:
    """Return the plural of a word."""
    low = word.lower()
    is_alike = low in _ALIKE_IN_PLURAL or (low.endswith("ware") and low != "ware")
    if is_alike or not word[-1:].isalnum():
        return word
    return _inflected(word, dict(zip(_IRREGULAR[::2], _IRREGULAR[1::2], strict=True)), _TO_PLURAL)


def _inflected(word: str, irregular: dict[str, str], rules: tuple[tuple[str, str], ...]) -> str:
    low = word.lower()
    if low in _ALIKE or (low != "media" and low.endswith("media")) or len(word) > LONGEST:
        return word
    if low in irregular:
        changed = irregular[low]
        return changed.capitalize() if word[:1].isupper() else changed
    for pattern, ending in rules:
        changed, count = _compiled(pattern).subn(ending, word, count=1)
        if count:
            return changed
    return word


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def snake(name: str) -> str:
    """Return a name in lower case with underscores, as Doctrine makes tables of classes."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def laravel_snake(name: str) -> str:
    """Return what `Str::snake` makes: an underscore in front of each capital."""
    return re.sub(r"(.)(?=[A-Z])", r"\1_", name).lower()

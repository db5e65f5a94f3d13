"""Which sentences of the notes assert that something is there, and which say anything else of it.

"There is no `X`", "`X` would hold it", "add `X`", "`X` is not set" claim no existence. A sentence
with any word that denies, supposes, asks or advises is none: what is not clearly asserted is left.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.delivery.notes import Line

_WORDS = (
    # what denies
    "no not none never nothing nobody nowhere neither nor without cannot lack lacks lacking lacked"
    " miss misses missing absent absence unset unused undefined omit omits omitted fails instead"
    " rather removed deleted gone hardly un(?:known|available|supported|declared|configured)"
    # what supposes or is to come
    " would could should might may must shall can will wont if unless whether once when until else"
    " otherwise need needs needed want wants expect expects expected ideally possible possibly"
    " perhaps maybe plan planned future later soon todo fixme proposed proposal hypothetical"
    # what advises
    " consider recommend recommends recommended suggest suggests suggested add adds adding added"
    " introduce introducing create creating use using switch migrate replace set enable configure"
    " extract rename move adopt prefer try install run write call pass provide define declare make"
    " put let implement wrap import export"
    # what only names an example, or a thing of another's
    " example examples e\\.g i\\.e such like similar similarly equivalent analogous compare"
    " usual usually typical typically default defaults standard library libraries framework package"
    " built-in builtin upstream third-party docs documentation called named"
    # German
    " kein keine keinen keinem keiner keines nicht nichts nie niemals ohne fehlt fehlen fehlende"
    " fehlendes fehlender fehlenden weder noch statt anstatt würde würden wäre wären könnte könnten"
    " sollte sollten soll sollen müsste müssten muss müssen wenn falls künftig künftige empfohlen"
    " empfehle empfiehlt vorschlagen vorgeschlagen hinzufügen ergänzen einführen anlegen setzen"
    " verwenden nutzen etwa beispielsweise beispiel z\\.b üblich üblicherweise ungenutzt entfernt"
    " wird werden kann können bibliothek"
    # French, Spanish, Portuguese, Italian
    " ne pas aucun aucune sans jamais manque manquent manquant manquante absente devrait"
    " devraient pourrait pourraient serait seraient faut si plutôt ajouter utiliser exemple ni"
    " sin ningún ninguna ningun nunca falta faltan faltante debería deberían podría podrían sería"
    " añadir usar ejemplo não sem nenhum nenhuma deveria poderia seria adicionar non senza nessun"
    " nessuna manca mancano dovrebbe potrebbe sarebbe aggiungere"
).split()
_OTHERWISE = lazy_pattern(
    rf"(?<![\w-])(?:{'|'.join(_WORDS)})(?![\w-])|(?<=\w)n['\u2019]t\b|(?<=\w)['\u2019](?:d|ll)\b|\?",
    re.IGNORECASE,
)
_IN_OTHER_SCRIPTS = lazy_pattern(
    r"没有|不|无|缺|应|可以|如果|建议|ない|なし|せず|べき|場合|없|않|нет|не\b|без\b|следует|если",
    re.IGNORECASE,
)
_BREAK = lazy_pattern(r"(?<=[.!?])[\"')\]]{0,3}\s+|(?<=[\u3002\uff01\uff1f])")
_CODE = "\0"


def asserted_spans(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Yield line and code span of what sentences say is there; lines are those of a section."""
    for paragraph in _paragraphs(lines):
        text = " ".join(_marked(line) for line in paragraph)
        spans = [(line.number, span) for line in paragraph for span in line.spans]
        if text.count(_CODE) != len(spans):
            continue  # not told apart: say nothing
        position = 0
        for sentence in _BREAK.split(text):
            is_other = False
            # What begins by denying goes on so: "Missing: `a`; `b`".
            for clause in sentence.split("; "):
                count = clause.count(_CODE)
                is_other = is_other or _says_otherwise(clause)
                if not is_other:
                    yield from spans[position : position + count]
                position += count


def is_asserted(text: str, at: int) -> bool:
    """Tell whether the sentence around an offset of a text asserts what it says."""
    ends, others = _sentences(text)
    position = bisect_right(ends, at)
    return position == len(ends) or not others[position]


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[list[int], list[bool]]:
    """Return where each sentence of a text ends, and whether it says anything but that it is so.

    Kept: a text of many names is asked for each of them.
    """
    ends: list[int] = []
    others: list[bool] = []
    start = 0
    for sentence in _BREAK.split(text):
        start = text.find(sentence, start) + len(sentence)
        ends.append(start)
        others.append(_says_otherwise(sentence))
    return ends, others


def _says_otherwise(text: str) -> bool:
    if _OTHERWISE.search(text):
        return True
    return not text.isascii() and _IN_OTHER_SCRIPTS.search(text) is not None


def _marked(line: Line) -> str:
    """Return the text of a line with a mark for each code span."""
    text = line.text
    marked, at = "", 0
    for span in line.spans:
        place = text.find(span, at)
        if place < 0:
            return ""
        marked += f"{text[at:place]}{_CODE}"
        at = place + len(span)
    return marked + text[at:]


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield lines that follow each other: a sentence may go on, a list may complete one."""
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and (line.number > paragraph[-1].number + 2 or line.in_table):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph

"""Worth: the report says something of this repository, in every part that it does not set aside."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.claims.citations import judged
from workers.claims.ledger import OF_NO_CODE, ledger
from workers.delivery.delivery import problem, text_of
from workers.delivery.json_lines import texts_in
from workers.delivery.notes import key
from workers.delivery.outline import is_template_text, outline
from workers.repository.line_kinds import SHOWS
from workers.repository.source import Source, fold
from workers.review.checks.complete import NOT_APPLICABLE, has_content
from workers.review.checks.shown import kinds_of_citation, last_line
from workers.survey.languages import reader_of
from workers.survey.tables.languages import language_of as has_reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workers.catalog import Worker
    from workers.claims.citations import Cited
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.delivery.notes import Line, Notes, Section

_ASIDE = lazy_pattern(
    r"\W*(?:not applicable|not examined|not looked at|out of scope|n/?a|nicht anwendbar"
    r"|nicht untersucht|nicht geprüft|entfällt|sans objet|non applicable|non examiné|no aplica"
    r"|não aplicável|non applicabile|不适用|該当なし)\b\W*(.*)",
    re.IGNORECASE,
)
_WORDS = lazy_pattern(r"[^\W_]{2,}")
# Scripts that write words without spaces: a character says as much as a word's beginning.
_DENSE = lazy_pattern(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_LETTERS = 8
_SUMMARY_CHARACTERS = 40
_NAME_PARTS = lazy_pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+")
_ROUTE = lazy_pattern(r"(?:[A-Z]{3,7} )?/[\w{}:<>/.*-]*")
_ENTRY_ID = lazy_pattern(r"\b(?:[A-Z]{2,8}-)?(?:[A-Z]{2,5})-[0-9]{3}\b")
# So many letters make two words the same name: `Routen`, `router` and `route`.
_STEM = 5
_NEAR = 3  # lines beside those cited in which what is said of them may be named
_COMMON = frozenset(
    "class const return returns function import public private static async await string number"
    " value values where which while there their these those about other under after before because"
    " should would could being every string object array false lines using package"
    " module export default extends implements include require print"
    " check checks first second third".split()
)

_NO_CODE = frozenset({"documentation", "lock file", "licence", "test", "generated"})
_NO_STATEMENTS = frozenset(
    "id evidence claims severity domain status category priority effort_estimate".split()
)
_SHORT = frozenset({"jwt", "sql", "url", "log", "key", "tax", "tag", "md5", "ssl", "tls"})
SAYS_LITTLE = OF_NO_CODE | {"stated_there"}
_OWN = "Report what you found yourself, in your own words, or remove the finding."


def something_is_claimed(delivery: Delivery) -> Iterator[Problem]:
    """The report says something of the code that it cites."""
    if delivery.notes is None or not delivery.parses:
        return
    if _is_confirmed(delivery) or _a_finding_shows(delivery):
        return
    if _says_something(delivery):
        yield from _states_nothing_certain(delivery)
        return
    rows = (entry for name in delivery.lists for _, entry in delivery.entries(name))
    if any(is_template_text(text) for entry in rows for _, text in texts_in(entry)):
        return  # told as text of the template
    message = "the report says nothing of this repository"
    hint = (
        "Report what you found or checked, each with a citation of the code that shows it and in"
        " words that name what is there."
    )
    if not any(one.status == "verified" for one in judged(delivery)):
        message = f"{message}: none of its claims has a valid citation"
    else:
        message = f"{message}: none of its claims is about the lines that it cites"
    yield problem("S15", message, hint, delivery.in_json(""))


def _states_nothing_certain(delivery: Delivery) -> Iterator[Problem]:
    """Tell of findings none of which states anything that holds; a report of none may be short."""
    if not any(True for _ in delivery.entries("findings")):
        return
    message = "no claim of the report is confirmed: its findings state nothing that can be checked"
    hint = (
        "Give a finding `claims` (`explain claims`), or write in backticks a name that is on"
        " the lines it cites; or list what exists, with evidence. Where no reader knows the"
        " language, quote the lines of code."
    )
    yield problem("S15", message, hint, delivery.in_json("/findings"))


def _is_confirmed(delivery: Delivery) -> bool:
    """Tell whether a claim is confirmed; that a text stands where it is cited claims too little."""
    return any(
        row.verdict.outcome == "confirmed" and row.claim.kind not in SAYS_LITTLE
        for row in ledger(delivery)
    )


def _a_finding_shows(delivery: Delivery) -> bool:
    """Tell whether a finding shows what no claim can say of it.

    It quotes code of a language of which readers know no more than routes and tables, or speaks of
    a text that is no code: a test, a lock file, documentation.
    """
    findings = {section.position for _, section in delivery.noted_findings}
    lines = {
        number
        for section in (delivery.notes.sections if delivery.notes else ())
        if section.position in findings
        for number in _numbers(section)
    }
    quoted = (
        one.cited.quotation is not None
        and one.status == "verified"
        and _is_of(one.cited, lines)
        and (not has_reader(one.cited.path) or reader_of(one.cited.path))
        and not SHOWS.isdisjoint(kinds_of_citation(delivery, one.cited))
        for one in judged(delivery)
    )
    return any(quoted) or any(
        not _NO_CODE.isdisjoint(kinds_of_citation(delivery, cited))
        for _, _, cited in _spoken_of(delivery)
        if _is_of(cited, lines)
    )


def _is_of(cited: Cited, lines: set[int]) -> bool:
    """Tell whether a citation is a finding's; `lines` are those of the notes on findings."""
    pointer = cited.place.pointer
    return pointer.startswith("/findings/") if pointer else (cited.place.line or 0) in lines


@lru_cache(maxsize=4)
def _says_something(delivery: Delivery) -> bool:
    """Tell whether a finding, an existing entry or a line of the notes speaks of what it cites."""
    return next(_spoken_of(delivery), None) is not None


def _spoken_of(delivery: Delivery) -> Iterator[tuple[str | int, str, Cited]]:
    """Yield place, statement and citation of whatever speaks of what it cites."""
    statements = _lines_around(delivery)
    for name in delivery.lists:
        for pointer, entry in delivery.entries(name):
            if name == "findings" or text_of(entry, "status") != "proposed":
                statements[pointer] = _said(entry)
    for citation in judged(delivery):
        place = citation.cited.place
        at = (place.pointer or "").rsplit("/evidence/", 1)[0] or place.line or 0
        statement = statements.get(at, "")
        if (
            statement
            and citation.status in {"verified", "stale"}
            and _may_show(delivery, str(at), citation.cited)
            and _speaks_of(delivery, statement, citation.cited)
        ):
            yield at, statement, citation.cited


def _may_show(delivery: Delivery, at: str, cited: Cited) -> bool:
    """Tell whether lines may show what is said: those of a finding, or lines of code."""
    return at.startswith("/findings/") or not SHOWS.isdisjoint(kinds_of_citation(delivery, cited))


def _said(entry: dict[str, Any]) -> str:
    return " ".join(text for _, text in texts_in(entry, but=_NO_STATEMENTS))


def _lines_around(delivery: Delivery) -> dict[str | int, str]:
    """Return what stands around each line of the notes: its section, without its citations."""
    around: dict[str | int, str] = {}
    findings = {section.position: section.title for _, section in delivery.noted_findings}
    for section in delivery.notes.sections if delivery.notes else ():
        title = findings.get(section.position, "")
        whole = " ".join((title, *(_without_paths(line) for line in section.lines)))
        around |= dict.fromkeys(_numbers(section), whole)
    return around


def _numbers(section: Section) -> set[int]:
    """Return the lines of the notes on which a section says or cites something."""
    return {line.number for line in section.lines} | {cited.at for cited in section.evidence}


def _without_paths(line: Line) -> str:
    spans = " ".join(span for span in line.spans if "/" not in span and ":" not in span)
    return f"{line.prose} {spans}"


def _speaks_of(delivery: Delivery, statement: str, cited: Cited) -> bool:
    """Tell whether a text names anything of what it cites: a word of the lines or of the path."""
    source = delivery.repository.source(cited.path)
    if not isinstance(source, Source):
        return False
    first = max(0, cited.line - 1 - _NEAR)
    lines = source.lines[first : last_line(cited) + _NEAR]
    there = _stems(["\n".join(lines), source.path])
    return not there.isdisjoint(_stems([statement]))


def _stems(texts: Iterable[str]) -> set[str]:
    words = (part.lower() for text in texts for part in _NAME_PARTS.findall(text))
    return {
        word[:_STEM] for word in words if word not in _COMMON and (len(word) > 3 or word in _SHORT)
    }


def domains_are_reported(delivery: Delivery) -> Iterator[Problem]:
    """Every domain has an entry, a finding or a citation, or is set aside with a reason."""
    notes = delivery.notes
    if notes is None or not delivery.parses:
        return
    for section in _domains(delivery, notes):
        whole = notes.whole(section)
        if not any(has_content(one) for one in whole):
            continue  # told as empty
        if _weight(whole) < _LETTERS:
            message = f"the section {section.title!r} says next to nothing"
            hint = "Write what you found there, or `Not applicable: <reason>`."
            yield problem("S17", message, hint, delivery.in_notes(section.number))
        # Where the whole report says nothing, that is what is told.
        elif not _is_reported(delivery, section, whole) and _says_something(delivery):
            message = f"the section {section.title!r} has no entry, finding or citation"
            hint = "Cite what it speaks of, or write `Not applicable: <reason>`."
            yield problem("S16", message, hint, delivery.in_notes(section.number))


def _domains(delivery: Delivery, notes: Notes) -> Iterator[Section]:
    """Yield the sections of the notes that are domains of the worker."""
    wanted = {key(title) for title in outline(delivery.worker, delivery.kind).domains}
    seen: set[str] = set()
    for section in notes.of_level(2):
        if section.key in wanted and section.key not in seen:
            seen.add(section.key)
            yield section


def _is_reported(delivery: Delivery, section: Section, whole: list[Section]) -> bool:
    lines = [line for part in whole for line in part.lines]
    if any(NOT_APPLICABLE.match(line.text) or _ASIDE.match(line.text) for line in lines):
        return True
    if any(part.evidence or part.fences or part.broken_evidence for part in whole):
        return True
    if _names_something(lines):
        return True
    return _has_rows(delivery, section) or _is_left_out(delivery, section)


def _names_something(lines: Sequence[Line]) -> bool:
    """Tell whether a text holds a name, a route, an entry's id or a citation."""
    text = "\n".join(line.text for line in lines)
    if _ENTRY_ID.search(text) or _ROUTE.search(text):
        return True
    return any(line.spans or line.places for line in lines)


def _has_rows(delivery: Delivery, section: Section) -> bool:
    """Tell whether the JSON lists a finding or an entry of a domain."""
    titles = delivery.profile.sections
    kinds = next((of for title, of in titles.items() if key(title) == section.key), None)
    if kinds is None:
        return any(True for name in delivery.lists for _ in delivery.entries(name))
    findings = (text_of(entry, "domain") in kinds for _, entry in delivery.entries("findings"))
    return any(findings) or any(True for name in kinds for _ in delivery.entries(name))


def _is_left_out(delivery: Delivery, section: Section) -> bool:
    """Tell whether `not_examined` names a domain."""
    words = {word for word in section.key.split() if len(word) > 3}
    areas = " ".join(str(row.get("area")).casefold() for _, row in delivery.entries("not_examined"))
    return any(word in areas for word in words)


def summary_says_something(delivery: Delivery) -> Iterator[Problem]:
    """The summary has a sentence or two beside its table."""
    notes = delivery.notes
    summary = notes.named(delivery.profile.summary_heading) if notes else None
    if notes is None or summary is None:
        return
    whole = notes.whole(summary)
    prose = [line for one in whole for line in one.lines if not line.in_table]
    prose = [line for line in prose if not line.text.lower().startswith("files analyzed")]
    state = f"the state of {delivery.profile.subject}"
    hint = f"Tell {state}, the gravest finding, what to do first."
    place = delivery.in_notes(summary.number)
    if any(re.search(r"\w", line.text) for line in prose) and _weight_of(prose) < _LETTERS:
        yield problem("S17", "the summary is of one word", hint, place)
    elif sum(len(line.text) for line in prose) < _SUMMARY_CHARACTERS:
        yield problem("Q05", "the summary says next to nothing", hint, place)


def _weight(whole: list[Section]) -> int:
    if any(one.fences or one.evidence for one in whole):
        return _LETTERS
    return _weight_of([line for one in whole for line in one.lines])


def _weight_of(lines: Iterable[Line]) -> int:
    """Return how many letters the words of a text have, 0 for one of a single word."""
    text = fold(" ".join(line.text for line in lines))
    dense = 0 if text.isascii() else len(_DENSE.findall(text)) * 3
    words = _WORDS.findall(text)
    return max(dense, sum(map(len, words)) if len(words) > 1 else 0)


def no_finding_is_the_example(delivery: Delivery) -> Iterator[Problem]:
    """No finding is the one that the template shows as an example."""
    for pointer, entry in delivery.entries("findings"):
        texts = [text for _, text in texts_in(entry)]
        if _copied(delivery.worker, texts):
            message = "the finding is the example of the template"
            yield problem("S05", message, _OWN, delivery.in_json(pointer))
    notes = delivery.notes
    for _, section in delivery.noted_findings:
        lines = [line.text for one in (notes.whole(section) if notes else []) for line in one.lines]
        texts = [section.title.split(":", 1)[-1], *(line.split(":", 1)[-1] for line in lines)]
        if _copied(delivery.worker, texts):
            message = "the finding is the example of the template"
            yield problem("S05", message, _OWN, delivery.in_notes(section.number))


def _copied(worker: Worker, texts: Iterable[str]) -> bool:
    """Tell whether two texts of a finding are the example's: one may happen to be the same."""
    return len({key(fold(text)) for text in texts} & outline(worker).examples) > 1

"""Problems, findings, workers and contradictions as the templates of the page take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.contract import counted
from workers.invocation import typed_here
from workers.render import plain
from workers.reporting.formats.html.highlighting import code
from workers.reporting.formats.html.pictures import RATED, clock, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from workers.reporting.formats.judgement import Cited, Entry, Judgement, Session

_SHOTS = 3  # places of an entry whose lines are shown
_NAMED = 100  # more of them, by name
_TITLE, _TEXT, _NAME, _FACT = 300, 4000, 300, 500  # characters
_DIGITS = 12  # of a commit


class Shot(NamedTuple):
    """A cited place; `code` is empty where its lines cannot be shown."""

    name: str
    changed: bool
    code: Markup | str


class View(NamedTuple):
    """A problem or a finding."""

    anchor: str
    severity: str
    title: Markup | str
    line: str  # what identifies it, in one line
    says: str
    text: Markup | str
    advice: Markup | str
    shots: tuple[Shot, ...]
    more: tuple[str, ...]
    more_title: str
    more_left: int
    reported_at: str
    commands: Markup | str


class Card(NamedTuple):
    """A worker on the first screen."""

    worker: str
    state: str
    word: str
    glyph: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    commands: str = ""


def cut(text: object, most: int = _NAME) -> str:
    """Return foreign text on one line, cut to a number of characters."""
    line = " ".join(str(text)[: 2 * most + 2].split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def block(text: str) -> Markup | str:
    """Return foreign text with its lines, escaped; what is too long is cut, and that said."""
    from markupsafe import Markup

    rest = len(text) - _TEXT
    lines = text[:_TEXT].strip().splitlines()
    if rest > 0:
        lines.append(f"(cut: {rest:,} more characters)")
    return Markup("\n").join(map(plain, lines)) if lines else ""


def view(entry: Entry, session: Session) -> View:
    """Return an entry with its code; its worker is named where there are several."""
    message = entry.title if entry.kind == "problem" else ""
    shots = tuple(shot(place, message) for place in entry.places[:_SHOTS])
    others = entry.places[_SHOTS:]
    return View(
        entry.fingerprint,
        entry.severity,
        inline(cut(entry.title, _TITLE)) or "(without a title)",
        line_of(entry, session),
        cut(entry.says, _NAME) if entry.says else "",
        block(entry.text),
        block(entry.advice),
        shots,
        tuple(cut(place) for place in others[:_NAMED]),
        counted(len(others), "more place"),
        max(0, len(others) - _NAMED),
        _reported_at(entry),
        _commands(entry, session.session_id),
    )


def inline(text: str) -> Markup | str:
    """Return a sentence with what is in its backticks as code, where they pair."""
    from markupsafe import Markup

    parts = text.split("`")
    if len(parts) % 2 == 0 or len(parts) == 1:
        return text
    made = [
        Markup("<code>{}</code>").format(plain(part)) if number % 2 else plain(part)
        for number, part in enumerate(parts)
    ]
    return Markup().join(made)


def _reported_at(entry: Entry) -> str:
    """Return where the report says it: the file's name and line, and the place in its JSON."""
    at = entry.reported_at
    name = str(at._replace(file=at.file.rpartition("/")[2]))
    return " ".join(cut(part) for part in (name, entry.pointer) if part)


def line_of(entry: Entry, session: Session) -> str:
    """Return what identifies an entry: who says it, its code, what it is about, where."""
    domain = entry.rule.partition("/")[2]
    parts = [
        cut(short(entry.worker)) if len(session.judgements) > 1 else "",
        cut(domain or entry.rule),
        cut(entry.about),
        cut(entry.place) if entry.places else "",
    ]
    return " · ".join(part for part in parts if part)


def shot(place: Cited, message: str = "") -> Shot:
    """Return a place with its lines, and what a message says of them marked."""
    return Shot(cut(place), place.changed, code(place, message) if place.lines else "")


def _commands(entry: Entry, session_id: str) -> Markup | str:
    """Return what to type for a problem: why it is one, and what judges the report once more."""
    if entry.kind != "problem":
        return ""
    again = f"{entry.worker} --output --session {session_id}"
    lines = (typed_here(words, None, is_ours=True) for words in (f"explain {entry.rule}", again))
    return block("\n".join(lines))


def card(judged: Judgement) -> Card:
    """Return a judged report as a card: verdict, counts, when, which commit."""
    errors, warnings, _ = judged.counts()
    accepted = judged.status == "accepted"
    claims = ", ".join(f"{count}\xa0{name}" for name, count in judged.claim_counts) or "none"
    overall = judged.computed.get("overall")
    rating = rated(judged.of("finding")) if accepted else "listed once the report is accepted"
    facts = [
        ("Problems", f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"),
        ("Outcome", cut(judged.work.outcome) or "not said")
        if judged.work
        else ("Findings", rating),
        ("Claims", claims),
        # Code that was changed is not rated.
        *(
            []
            if judged.work
            else [("Score", f"{overall} of 100" if overall is not None else "none")]
        ),
        ("Judged", f"{clock(judged.judged_at)}, attempt {len(judged.verdicts)}"),
        ("Commit", _commit(judged)),
    ]
    again = f"{judged.worker} --output --session {judged.session_id}"
    return Card(
        cut(judged.worker),
        judged.status,
        "Accepted" if accepted else "Not accepted",
        "✓" if accepted else "✕",
        tuple(facts),
        tuple(_notes(judged)),
        "" if accepted else typed_here(again, None, is_ours=True),
    )


def waiting(name: str, why: str) -> Card:
    """Return a worker whose report was not judged as a card."""
    return Card(cut(name), "waiting", "Not judged", "○", (("Reason", cut(why, _FACT)),), ())


def rated(findings: Sequence[Entry]) -> str:
    """Return how many findings there are of each severity."""
    severities = [entry.severity for entry in findings]
    counts = [f"{severities.count(name)}\xa0{name}" for name in RATED if name in severities]
    return ", ".join(counts) or "none"


def _commit(judged: Judgement) -> str:
    if not judged.commit:
        return "none: not under version control"
    dirty = ", with changes that were not committed" if judged.dirty else ""
    return f"{cut(judged.commit)[:_DIGITS]}{dirty}"


def _notes(judged: Judgement) -> list[str]:
    notes = []
    if judged.report_changed:
        notes.append("The report was changed since: what follows is of the one that was judged.")
    changed = judged.changed
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        files = ", ".join(map(cut, changed[:3]))
        notes.append(f"{counted(len(changed), 'cited file')} changed since: {files}{more}.")
    return notes


def contradiction(row: dict[str, Any]) -> dict[str, Any]:
    """Return a contradiction of the synthesis with its sides."""
    is_open = row.get("state") == "open"
    name, resolution = str(row.get("fingerprint"))[:64], row.get("resolution") or {}
    words = [str(row.get("code") or ""), *map(str, row.get("blockers") or ())]
    about = f", {row['about']}" if row.get("about") else ""
    return {
        "anchor": f"contradiction-{name}" if name.isalnum() and name.isascii() else "",
        "severity": str(row.get("severity")) if is_open else "low",
        "state": "contradiction" if is_open else "resolved",
        "subject": cut(f"{row.get('subject')}{about}", _TITLE),
        "line": cut(", ".join(word for word in words if word)),
        "sides": [_side(side) for side in row.get("sides") or ()],
        "resolution": cut(f"{resolution.get('by')}: {resolution.get('text')}", _FACT)
        if resolution
        else "",
    }


def _side(side: dict[str, Any]) -> dict[str, Any]:
    return {
        "worker": cut(side.get("worker")),
        "says": cut(side.get("says")),
        "confirmed": side.get("verdict") == "confirmed",
        "pointer": cut(side.get("pointer")),
        "cited": cut(side.get("cited") or ""),
    }


def merged(row: dict[str, Any]) -> dict[str, Any]:
    """Return findings of several workers that are one."""
    return {
        "severity": str(row.get("severity") or "unrated"),
        "title": cut(row.get("title"), _TITLE),
        "workers": cut(", ".join(short(str(name)) for name in row.get("workers") or ())),
        "places": [cut(place) for place in (row.get("places") or ())[:_SHOTS]],
    }


def titles(session: Session) -> str:
    """Return the verdict on a session in a few words."""
    judged = session.judgements
    accepted = sum(one.status == "accepted" for one in judged)
    if len(judged) + len(session.not_judged) == 1:
        return f"{short(judged[0].worker).capitalize()} report {_word(accepted)}"
    parts = [f"{accepted} accepted", f"{len(judged) - accepted} not accepted"]
    parts += [f"{len(session.not_judged)} not judged"] if session.not_judged else []
    total = counted(len(judged) + len(session.not_judged), "report")
    if accepted == len(judged) and not session.not_judged:
        return f"All {total} accepted"
    return f"{total}: {', '.join(part for part in parts if not part.startswith('0 '))}"


def _word(accepted: int) -> str:
    return "accepted" if accepted else "not accepted"

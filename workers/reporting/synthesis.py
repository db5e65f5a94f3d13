"""The synthesis of a session for people: SYNTHESIS.md, worst first, and a few lines to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.errors import escaped
from sessions.location import SYNTHESIS
from workers.contract import counted
from workers.reporting.foreign import code, one_line, prose

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTED = 200  # findings and actions in the Markdown; the JSON has all
_NAMED = 12
_PLACES = 3  # of a finding


def markdown(made: dict[str, Any]) -> str:
    """Return a synthesis as Markdown; a section with nothing to say is left out."""
    lines = [
        f"# Synthesis of {prose(made['session_id'])}",
        "",
        one_line(made["summary"]["text"]),
        "",
    ]
    lines += [f"_Made {made['timestamp']} by `scribe`; what is changed here is lost._", ""]
    for title, part in (
        ("Contradictions", _contradictions),
        ("Findings", _findings),
        ("What to do, in this order", _actions),
        ("Open questions", _questions),
        ("Handed on", _handoffs),
        ("Coverage", _coverage),
        ("Reports", _reports),
    ):
        body = list(part(made))
        if body:
            lines += [f"## {title}", "", *body, ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _contradictions(made: dict[str, Any]) -> Iterator[str]:
    rows = made["contradictions"]
    for severity, title in (
        ("error", ""),
        ("warning", "Worth a look: it may be one thing said in two ways."),
    ):
        listed = [row for row in rows if row["severity"] == severity and row["state"] == "open"]
        if listed and title:
            yield title
            yield ""
        for row in listed:
            yield from _contradiction(row)
    resolved = [row for row in rows if row["state"] == "resolved"]
    if resolved:
        yield "Resolved by the owner:"
        yield ""
        for row in resolved:
            how = row["resolution"]
            yield f"- **{_subject(row)}**: {prose(how['by'])}: {prose(how['text'])}"


def _contradiction(row: dict[str, Any]) -> Iterator[str]:
    tickets = ", ".join(row["blockers"])
    about = f" ({row['code']}{', ' + tickets if tickets else ''})"
    yield f"- **{_subject(row)}**{about}"
    for side in row["sides"]:
        cited = f", citing {code(side['cited'])}" if side["cited"] else ""
        seen = " (confirmed by the code)" if side["verdict"] == "confirmed" else ""
        yield (
            f"  - {prose(side['worker'])} says {code(side['says'])}{seen}"
            f" at {code(side['pointer'])}{cited}"
        )


def _subject(row: dict[str, Any]) -> str:
    about = f", {prose(row['about'])}" if row["about"] else ""
    return f"{prose(row['subject'])}{about}"


def _findings(made: dict[str, Any]) -> Iterator[str]:
    rows = made["findings"]
    for row in rows[:_LISTED]:
        places = ", ".join(map(code, row["places"][:_PLACES]))
        left = len(row["places"]) - _PLACES
        more = f" and {counted(left, 'more place')}" if left > 0 else ""
        yield f"- **{row['severity'] or 'unrated'}**: {prose(row['title'])} ({places}{more})"
        by_words: dict[str, list[str]] = {}
        for who in row["said_by"]:
            name = f"{prose(who['worker'])} {prose(who['id'] or '')}".strip()
            by_words.setdefault(_otherwise(who, row), []).append(name)
        for words, names in by_words.items():
            yield f"  - {', '.join(names)}{words}"
        advice = dict.fromkeys(prose(who["recommendation"] or "") for who in row["said_by"])
        yield from (f"  - to do: {text}" for text in advice if text)
    yield from _rest(len(rows))


def _otherwise(who: dict[str, Any], row: dict[str, Any]) -> str:
    """Return how one rates or calls a finding otherwise than the row does."""
    words = ""
    if who["severity"] != row["severity"]:
        words += f", rates it {who['severity'] or 'not at all'}"
    if prose(who["title"]).lower() != prose(row["title"]).lower():
        words += f": {prose(who['title'])}"
    return words


def _rest(total: int) -> Iterator[str]:
    if total > _LISTED:
        yield f"- and {total - _LISTED:,} more, in {SYNTHESIS}"


def _actions(made: dict[str, Any]) -> Iterator[str]:
    rows = made["actions"]
    for row in rows[:_LISTED]:
        after = f", after {', '.join(map(str, row['after']))}" if row["after"] else ""
        effort = f", {prose(row['effort'])}" if row["effort"] else ""
        ids = f" [{', '.join(map(prose, row['finding_ids']))}]" if row["finding_ids"] else ""
        yield (
            f"{row['number']}. {prose(row['action'])}{ids} ({row['priority']}{effort}{after};"
            f" {_who(row)})"
        )
    yield from _rest(len(rows))


def _who(row: dict[str, Any]) -> str:
    return ", ".join(dict.fromkeys(prose(one["worker"]) for one in row["said_by"]))


def _questions(made: dict[str, Any]) -> Iterator[str]:
    for row in made["open_questions"]:
        yield f"- {prose(row['question'])} ({_who(row)})"


def _handoffs(made: dict[str, Any]) -> Iterator[str]:
    for row in made["handoffs"]:
        yield f"- to {prose(row['to'])}: {prose(row['summary'])} ({_who(row)})"


def _coverage(made: dict[str, Any]) -> Iterator[str]:
    covered = made["coverage"]
    if not made["workers"]:
        return
    by_worker = ", ".join(f"{prose(name)} {n}" for name, n in covered["by_worker"].items())
    several = covered["files_by_several"]
    files = counted(covered["files_examined"], "file")
    yield f"- {files} examined ({by_worker}), {several} by several"
    things = covered["things"].items()
    if things:
        total = ", ".join(f"{kind.replace('_', ' ')} {row['total']}" for kind, row in things)
        yield f"- described: {total}; {sum(row['by_several'] for _, row in things)} by several"
    for row in covered["not_examined"]:
        others = ", ".join(map(prose, row["examined_by"]))
        seen = f"examined by {others}" if others else "examined by nobody"
        area = f"{prose(row['area'])} ({prose(row['reason'])})"
        yield f"- not examined by {prose(row['worker'])}: {area}; {seen}"


def _reports(made: dict[str, Any]) -> Iterator[str]:
    for row in made["workers"]:
        outcome = f", outcome {row['outcome']}" if row.get("outcome") else ""
        changed = len(row.get("cited_changed") or ())
        stale = f"; {counted(changed, 'cited file')} changed since" if changed else ""
        yield f"- {prose(row['worker'])}: accepted at {row.get('accepted_at')}{outcome}{stale}"
    for row in made["not_merged"]:
        why = f"{prose(row['state'])}. {prose(row['reason'])}"
        yield f"- {prose(row['worker'])}: **not merged**, {why}"


def text(made: dict[str, Any], files: list[str], problems: list[dict[str, Any]]) -> str:
    """Return a synthesis for a terminal: what contradicts, and where the rest is."""
    lines = [f"session {escaped(made['session_id'])}", escaped(made["summary"]["text"])]
    for problem in problems[:_NAMED]:
        lines.append(escaped(f"{problem['severity']} {problem['code']} {problem['message']}"))
        lines += [
            escaped(f"    {side['worker']}: {side['pointer']}{_citing(side)}")
            for side in problem.get("sides", [])
        ]
        lines.append(escaped(f"    fix: {problem['hint']}"))
    if len(problems) > _NAMED:
        lines.append(f"and {counted(len(problems) - _NAMED, 'more problem')}: SYNTHESIS.md has all")
    lines += [f"written: {escaped(file)}" for file in files]
    return "\n".join(lines)


def _citing(side: dict[str, Any]) -> str:
    return f", citing {side['cited']}" if side["cited"] else ""

"""JUnit XML for the viewers of tests in CI: every claim of a report is a test of its own.

A confirmed claim passes, a refuted one fails with the line that refutes it, an undecided one is
skipped; so does a problem that is about no claim fail, or a warning show. Findings are no tests:
they are counted as a property. Of a `testcase` Jenkins's strict form knows `name`, `classname`,
`group` and `time` alone, so the place is in the text.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.reporting.formats.markdown import numbered
from workers.reporting.formats.texts import line, sentence, several

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.reporting.formats.judgement import Entry, Judgement, Session

_SHOWN = 4_000  # characters of the text of a case


class Case(NamedTuple):
    """A test: `outcome` is "" where it passed; `message` is its one line, `text` the rest."""

    group: str
    name: str
    outcome: str = ""
    kind: str = ""
    message: str = ""
    text: str = ""


def rendered(session: Session) -> str:
    """Return the document."""
    suites = [_suite(session, judged) for judged in session.judgements]
    if session.not_judged:
        cases = [
            Case("not-judged", name, "skipped", "not-judged", line(why))
            for name, why in session.not_judged
        ]
        suites.append(_drawn("not judged", session, cases, {}))
    spent = sum(judged.seconds for judged in session.judgements)
    tests, failures = sum(one[1] for one in suites), sum(one[2] for one in suites)
    head = _tag(
        "testsuites", name="waggle", tests=tests, failures=failures, errors=0, time=_time(spent)
    )
    body = "\n".join(text for text, _, _ in suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{head}>\n{body}\n</testsuites>\n'


def _suite(session: Session, judged: Judgement) -> tuple[str, int, int]:
    properties = {
        "session": judged.session_id,
        "worker": judged.worker,
        "status": judged.status,
        "judged_at": judged.judged_at,
        "commit": judged.commit or "",
        "findings": str(len(judged.of("finding"))),
    }
    return _drawn(judged.worker, session, list(_cases(judged)), properties, judged.seconds)


def _cases(judged: Judgement) -> Iterator[Case]:
    """Yield a case for each claim, then one for each problem that is about none."""
    problems: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in judged.of("problem"):
        problems[entry.rule, entry.pointer or ""].append(entry)
    shown: set[str] = set()
    for claim in judged.claims:
        mine = _problems_of(claim, problems)
        shown.update(entry.fingerprint for entry in mine)
        yield _of_claim(claim, mine)
    for entry in judged.of("problem"):
        if entry.fingerprint not in shown:
            outcome = "failure" if entry.severity == "error" else "skipped"
            name = f"{entry.rule} {line(entry.about, 200)}: {line(entry.title, 300)}"
            yield Case("report", name, outcome, entry.rule, line(entry.title), _text(entry))


def _problems_of(
    claim: dict[str, Any], problems: dict[tuple[str, str], list[Entry]]
) -> list[Entry]:
    """Return the problems that a claim has: of its code, at its pointer or inside what it is of."""
    code, pointer = claim.get("code"), str(claim.get("pointer"))
    if not code:
        return []
    exact = problems.get((str(code), pointer), [])
    inside = [
        entry
        for (rule, at), entries in problems.items()
        if rule == code and at.startswith(f"{pointer}/")
        for entry in entries
    ]
    return exact or inside


def _of_claim(claim: dict[str, Any], problems: list[Entry]) -> Case:
    group, verdict = line(claim.get("kind"), 100), claim.get("verdict")
    subject, says = line(claim.get("subject"), 300), line(_says(claim.get("says")), 300)
    name = subject if says in {subject, ""} else f"{subject}: {says}"
    at = f" (decided at {line(claim['decided_at'], 300)})" if claim.get("decided_at") else ""
    if verdict == "confirmed":
        return Case(group, name)
    text = "\n\n".join(map(_text, problems)) or f"{name}{at}\nat {claim.get('pointer')}"
    reasons = "; ".join(line(entry.title, 500) for entry in problems)
    if verdict == "refuted":
        message = f"{reasons or 'refuted'}{at}"
        return Case(group, name, "failure", str(claim.get("code") or "refuted"), message, text)
    message = reasons or "nothing that was read decides it"
    return Case(group, name, "skipped", str(claim.get("code") or "undecided"), message, text)


def _says(value: object) -> str:
    """Return what is said of a subject, in words."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_says(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_says, value))
    words: dict[object, str] = {None: "", True: "yes", False: "no"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _text(entry: Entry) -> str:
    """Return what is said of a problem: where it is reported, the code, and what to do."""
    lines = [f"{entry.rule}: {sentence(line(entry.title))}", f"reported at {entry.reported_at}"]
    lines += [f"in {place}" for place in entry.places[:10]]
    shown = next((place for place in entry.places if place.lines), None)
    if shown is not None:
        lines += numbered(shown)
    if entry.advice:
        lines.append(f"To do: {line(entry.advice)}")
    return "\n".join([*lines, f"fingerprint {entry.fingerprint}"])


def _drawn(
    title: str,
    session: Session,
    cases: Iterable[Case],
    properties: dict[str, str],
    seconds: float = 0.0,
) -> tuple[str, int, int]:
    """Return a suite, how many tests are in it and how many of them fail."""
    place = [part.replace(".", "_") for part in (session.checked or session.session_id, title)]
    where = ".".join(["waggle", *(line(part, 300).replace(" ", "-") for part in place)])
    seen: dict[tuple[str, str], int] = {}
    lines, outcomes = [], []
    for case in cases:
        # Viewers know a test by its group and name, and show the first of two.
        key = (case.group, case.name)
        seen[key] = seen.get(key, 0) + 1
        name = case.name if seen[key] == 1 else f"{case.name} ({seen[key]})"
        group = case.group.replace(".", "_")
        lines.append(_case(case, name=name, classname=f"{where}.{group}"))
        outcomes.append(case.outcome)
    tests, failures = len(outcomes), outcomes.count("failure")
    skipped = outcomes.count("skipped")
    counts = {"tests": tests, "failures": failures, "errors": 0, "skipped": skipped}
    rows = [f"    <{_tag('property', name=name, value=one)}/>" for name, one in properties.items()]
    head = f"  <{_tag('testsuite', name=title, **counts, time=_time(seconds))}>"
    listed = ["  <properties>", *rows, "  </properties>"] if rows else []
    return "\n".join([head, *listed, *lines, "  </testsuite>"]), tests, failures


def _time(seconds: float) -> str:
    """Return seconds as the form of Jenkins takes them: 1e-05 is none."""
    return f"{max(0.0, seconds):.3f}"


def _case(case: Case, **names: str) -> str:
    head = _tag("testcase", **names, time=_time(0))
    if not case.outcome:
        return f"  <{head}/>"
    marks = _tag(case.outcome, message=case.message, type=case.kind)
    text = escape(several(case.text.split("\n"), _SHOWN), quote=False)
    return f"  <{head}><{marks}>{text}</{case.outcome}></testcase>"


def _tag(tag: str, **attributes: object) -> str:
    """Return what is between the angles of a tag; each value on one line."""
    pairs = (f'{name}="{escape(line(value))}"' for name, value in attributes.items())
    return " ".join([tag, *pairs])

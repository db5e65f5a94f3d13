"""Sessions for the tests of the page, made without a judge: ordinary, of 500 problems, hostile."""

from __future__ import annotations

from typing import Any

from workers.reporting.formats.judgement import (
    Cited,
    Entry,
    Judgement,
    Session,
    fingerprints,
    worst_first,
)

CODE = (
    '@router.get("/api/things", name="/things/1")',
    "async def orders() -> list[int]:",
    '    """All & <every>."""',
    "    pass",
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title></code></pre><h1>out</h1>",
    "{{7*7}} {% raw %} {# x #} ${7*7} <%= 7*7 %>",
    "\x1b[31mred\x1b[0m \x07 \x00 \x9b31m",
    "\u202etxt.exe\u202c \u2066x\u2069 \u200b\u00ad\ufeff \U000e0041",
    "\ud800 \udfff \ufffe \uffff \U0001ffff \ufdd0",
    "https://evil.example/x javascript:alert(1) data:text/html,<b>",
    "&lt;b&gt; &#60; &amp; &nbsp",
    "日本語 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 ünïcödé \U0001f41d e\u0301",
    "`unpaired ``and` more``",
    "a\r\nb\rc\td\u2028e",
    "-->\n]]>\n<!--",
    "",
    " ",
    "x" * 1_000_000,
)
SEVERITIES = ("critical", "high", "medium", "low")


def entry(number: int, kind: str = "problem", **changes: Any) -> Entry:
    """Return a problem or a finding about `app/module<number>.py`."""
    is_problem = kind == "problem"
    made = Entry(
        "",
        "problem" if is_problem else "finding",
        "backend-worker",
        "K02" if is_problem else f"finding/{('security', 'performance', 'database')[number % 3]}",
        "error" if is_problem else SEVERITIES[number % 4],  # type: ignore[arg-type]
        f"API-{number:03} GET /things/{number}",
        f"`app/module{number}.py:21` declares '/api/things', not '/things/{number}'",
        "" if is_problem else "What is wrong, and why.\nIn two lines.",
        "Write '/api/things'.",
        Cited("Docs/hive-mind/sessions/s/workers/json/backend_output.json", 100 + number),
        f"/api_specifications/{number}/path",
        (Cited(f"app/module{number}.py", 21, 22, 21, CODE),),
        f"GET /things/{number}" if is_problem else "",
    )
    return made._replace(**changes)


def judgement(*entries: Entry, **changes: Any) -> Judgement:
    """Return a judged report of these entries: rejected where one is an error."""
    made = fingerprints([(one.rule, one.about, one.title[:200]) for one in entries])
    listed = [one._replace(fingerprint=name) for one, name in zip(entries, made, strict=True)]
    is_rejected = any(one.severity == "error" for one in listed)
    errors = sum(one.severity == "error" for one in listed)
    verdict = {"accepted": not is_rejected, "at": _at(9), "problems": {"K": errors}, "overall": 91}
    earlier = {"accepted": False, "at": _at(4), "problems": {"K": errors + 3}, "overall": 80}
    return Judgement(
        cited={},
        session_id="s",
        worker="backend-worker",
        kind="analysis",
        status="rejected" if is_rejected else "accepted",
        judged_at=_at(9),
        commit="0123456789abcdef0123456789abcdef01234567",
        dirty=True,
        entries=tuple(worst_first(listed)),
        claims=(),
        claimed={"api_design_score": 4, "overall_score": 5.5},
        computed={"completeness": 89, "standards": None, "overall": 91},
        coverage={
            "files": {"in_scope": 9, "mentioned": 4, "not_mentioned": ["a.py"]},
            "endpoints": {
                "in_scope": 6,
                "mentioned": 3,
                "not_mentioned": ["GET /x"],
                "not_mentioned_total": 3,
            },
            "tables": {"in_scope": 0, "mentioned": 0, "not_mentioned": []},
        },
        not_examined=({"area": "deployment", "reason": "nothing of it is in the repository"},),
        verdicts=(earlier, verdict),
        report_changed=False,
        task="Audit the service.",
        claim_counts=(("confirmed", 23), ("refuted", errors), ("undecided", 3)),
    )._replace(**changes)


def session(*judgements: Judgement, **changes: Any) -> Session:
    """Return a session of these reports."""
    timeline = (
        (_at(1), "", "session_created", "create s"),
        (_at(1), "backend-worker", "setup_completed", "lay out"),
        (_at(4), "backend-worker", "output_rejected", "review backend_output.json"),
        (_at(6), "backend-worker", "blocker_reported", "ask queen"),
        (_at(9), "backend-worker", "output_accepted", "review backend_output.json"),
    )
    return Session("s", "active", judgements, (), timeline)._replace(**changes)


def several() -> Session:
    """Return a plan of five workers: accepted, rejected and not judged, with a synthesis."""
    backend = judgement(*(entry(number, "finding") for number in range(6)))
    test = judgement(
        entry(1, worker="test-worker"),
        entry(2, worker="test-worker", severity="warning", rule="Q03", places=(), says=""),
        worker="test-worker",
    )
    plan = (
        ("architect-worker", ()),
        ("devops-worker", ()),
        ("backend-worker", ("architect-worker",)),
        ("frontend-worker", ("architect-worker", "backend-worker")),
        ("test-worker", ("backend-worker", "frontend-worker", "devops-worker")),
    )
    others = tuple((name, "not judged yet") for name, _ in plan if name[0] in "adf")
    return session(backend, test, not_judged=others, plan=plan, synthesis=synthesis())


def synthesis(word: str = "") -> dict[str, Any]:
    """Return what `scribe` writes, with a word in each text."""
    said_by = [{"worker": "backend-worker"}, {"worker": f"test-worker{word}"}]
    sides = [
        {
            "worker": f"{name}-worker{word}",
            "pointer": "/api_specifications/0",
            "says": f"{says}{word}",
            "cited": f"app/main.py:12{word}",
            "verdict": verdict,
        }
        for name, says, verdict in (("backend", "true", "confirmed"), ("test", "false", ""))
    ]
    return {
        "summary": {"by": "rule", "text": f"2 accepted reports, 1 contradiction.{word}"},
        "contradictions": [
            {
                "fingerprint": "0123456789ab",
                "code": "X01",
                "severity": "error",
                "state": "open",
                "subject": f"GET /orders{word}",
                "about": "requires_auth",
                "sides": sides,
                "blockers": ["B-1"],
                "resolution": None,
            }
        ],
        "findings": [
            {
                "severity": "high",
                "title": f"No limit{word}",
                "places": [f"app/main.py:12{word}"],
                "workers": ["backend-worker", f"test-worker{word}"],
            }
        ],
        "actions": [
            {"action": f"Page it{word}", "priority": "high", "after": [2], "said_by": said_by}
        ],
        "open_questions": [{"question": f"How many?{word}", "said_by": said_by}],
        "handoffs": [{"to": f"frontend{word}", "summary": f"Paged{word}", "said_by": said_by}],
    }


def many(total: int = 500) -> Session:
    """Return a report of many problems, as many findings and warnings."""
    places = tuple(Cited(f"app/m{n}.py", 21, 22, 21, CODE) for n in range(5))
    entries = [entry(number, places=places) for number in range(total)]
    entries += [entry(number, severity="warning", rule="Q03") for number in range(total // 5)]
    entries += [entry(number, "finding") for number in range(total // 5)]
    return session(judgement(*entries, status="rejected"))


def hostile(*words: str) -> Session:
    """Return a session whose every text of foreigners is one of these, each once at least."""
    entries = []
    for number, word in enumerate(words or HOSTILE):
        place = Cited(
            f"app/{word[:300]}.py", 1, 1, 1, (word[:400], f"  {word[:300]}"), changed=True
        )
        for kind in ("problem", "finding"):
            entries.append(
                entry(
                    number,
                    kind,
                    about=word,
                    title=word,
                    text=word,
                    advice=word,
                    says=word,
                    places=(place, place._replace(lines=())),
                    pointer=f"/{word}",
                    reported_at=place,
                )
            )
            if kind == "finding":
                entries[-1] = entries[-1]._replace(rule=f"finding/{word}")
    word = "".join(one[:200] for one in words or HOSTILE)
    judged = judgement(
        *entries,
        task=word,
        commit=word,
        judged_at=word,
        claimed={word: 4},
        computed={word: 7, "overall": 3},
        coverage={word: {"in_scope": 3, "mentioned": 2, "not_mentioned": [word]}},
        not_examined=({"area": word, "reason": word},),
    )
    timeline = ((_at(1), word, word, word), (_at(2), "", "output_accepted", word), (word,) * 4)
    return session(
        judged,
        judged._replace(worker="test-worker", entries=(), status="accepted"),
        not_judged=((word, word),),
        timeline=timeline,
        plan=(("backend-worker", (word,)), (word, ("backend-worker",))),
        synthesis=synthesis(word),
    )


def _at(minute: int) -> str:
    return f"2026-01-31T09:{minute:02}:00.000Z"

"""SARIF, JUnit and GitLab code quality: taken by those who read them, whatever a report says."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import changing, scribing
from tests.kit import BACKEND, CLI, SESSION, document, waggle
from tests.report_rules import FAULTS, junit_faults, run_faults, sarif_faults
from tests.reports import false_line, false_path, judged
from workers.codes import CODES
from workers.phases.judged import read_judged
from workers.phases.prepare import Order, prepare
from workers.reporting.formats import rendered, sarif
from workers.reporting.formats.judgement import Cited, Entry, Session
from workers.reporting.formats.junit import Case, _drawn
from workers.reporting.formats.texts import line, several, uri
from workers.repository.line_hashes import LineHashes, line_hashes
from workers.repository.repository import Repository
from workers.repository.source import Source

HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "bell \x07, null \x00, \x85 next, \ufffe and \uffff",
    "\u202ereversed\u2069 \u200bhidden \U000e0041tag",
    "lone \ud800 and \udc80",
    "<script>alert(1)</script> ]]> &amp; <![CDATA[x]]> --> <!-- \" '",
    "](javascript:alert(1)) [a](1) [b](9) {0} {{1}} \\[c\\]",
    "x" * 1_000_000,
    "%s %d ::error file=a::b @everyone #1",
)


def breaks(report: dict[str, Any]) -> None:
    """Claim 500 routes that are not there, each a problem of its own."""
    first = report["api_specifications"][0]
    report["api_specifications"] = [
        {**first, "id": f"API-{number:03}", "path": f"/nope/{number}"} for number in range(500)
    ]


def hostile_texts(report: dict[str, Any]) -> None:
    """Put hostile texts wherever a report has prose or a name."""
    for finding, text in zip(report["findings"], HOSTILE, strict=False):
        finding.update(title=text, description=text, recommendation=text)
    for entry, text in zip(report["api_specifications"], HOSTILE[2:], strict=False):
        entry["path"] = f"/{text}"
    report["findings"][0]["evidence"][0]["file"] = HOSTILE[4]


def entry(**fields: Any) -> Entry:
    made = Entry(
        "0" * 32,
        "problem",
        "backend-worker",
        "K02",
        "error",
        "API-001",
        "it is not there",
        "",
        "Write what is.",
        Cited("rep/notes.md", 3),
        "/api_specifications/0",
    )
    return made._replace(**fields)


def with_entries(session: Session, *entries: Entry) -> Session:
    """Return a session whose one report has these entries alone."""
    (report, *_) = session.judgements
    told = [one._replace(fingerprint=f"{number:016x}" * 2) for number, one in enumerate(entries)]
    return session._replace(judgements=(report._replace(entries=tuple(told)),))


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return read_judged(judged(tmp_path_factory.mktemp("accepted")), SESSION)


@pytest.fixture(scope="module")
def rejected(tmp_path_factory: pytest.TempPathFactory) -> Session:
    root = judged(tmp_path_factory.mktemp("rejected"), false_path, false_line)
    return read_judged(root, SESSION)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return read_judged(judged(tmp_path_factory.mktemp("many"), breaks), SESSION)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return read_judged(judged(tmp_path_factory.mktemp("hostile"), hostile_texts), SESSION)


@pytest.fixture(scope="module")
def empty(accepted: Session) -> Session:
    return with_entries(accepted)


@pytest.fixture(scope="module")
def synthetic(accepted: Session) -> Session:
    """A session in which every text and place is hostile, also those that a judge would refuse."""
    places = (
        Cited("a b/\u00e4\u6f22#?%:[x].py", 2, 1, 2, HOSTILE[:2], line_hash="1:1"),
        Cited("c:\\d.py", None, None, 1, ()),
        Cited("\udcff\ud800.py", 10**9, None, 1, ()),
    )
    made = [
        entry(title=text, text=text, about=text, advice=text, rule=f"finding/{text}", places=places)
        for text in HOSTILE
    ]
    claims = tuple(
        {"kind": text, "subject": text, "says": {text: [text, None]}, "pointer": text, "code": None}
        | {"verdict": verdict, "decided_at": text}
        for text in HOSTILE
        for verdict in ("confirmed", "refuted", "undecided")
    )
    session = with_entries(accepted, *made)
    report = session.judgements[0]._replace(claims=claims)
    return session._replace(judgements=(report,), not_judged=((HOSTILE[0], HOSTILE[3]),))


@pytest.fixture(scope="module")
def of_change(tmp_path_factory: pytest.TempPathFactory) -> Session:
    root = changing.make_repository(tmp_path_factory.mktemp("change"))
    prepare(Order(BACKEND, root, CLI, "discount", b"Discount.", kind="change"))
    changing.change_falsely(root)
    changing.report(root, "discount")
    run = waggle("backend", "--output", "--session", "discount", "--no-proofs", cwd=root)
    assert run.returncode == 1, run.stderr.decode()
    return read_judged(root, "discount")


@pytest.fixture(scope="module")
def of_two(accepted: Session) -> Session:
    (report,) = accepted.judgements
    other = report._replace(worker="test-worker", session_id=report.session_id)
    return accepted._replace(
        judgements=(report, other), not_judged=(("devops-worker", "not judged yet"),)
    )


SESSIONS = (
    *("accepted", "rejected", "many", "hostile", "empty", "synthetic", "of_change", "of_two"),
)


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("session", SESSIONS)
def test_who_reads_it_takes_it(session: str, name: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(session)
    if (session, name) == ("of_two", "gitlab"):  # its second report is a copy of the first
        made = made._replace(judgements=made.judgements[:1])
    assert FAULTS[name](rendered(name, made)) == []


def test_the_cases_are_what_they_are_called(
    many: Session, hostile: Session, of_change: Session
) -> None:
    assert len(many.entries()) >= 500
    assert len({one.rule for one in hostile.entries()}) > 2
    assert of_change.judgements[0].kind == "change"
    (skipped,) = [one for one in of_change.entries() if one.rule == "W20"]
    assert skipped.severity == "warning"


def test_a_problem_of_a_change_is_at_its_file(tmp_path: Path) -> None:
    root = changing.make_repository(tmp_path)
    prepare(Order(BACKEND, root, CLI, "discount", b"Discount.", kind="change"))
    changing.report(root, "discount", (("app/prices.py", "modified", "nothing was done"),))
    waggle("backend", "--output", "--session", "discount", "--no-proofs", cwd=root)
    results = _results(read_judged(root, "discount"))
    (result,) = [one for one in results if one["ruleId"] == "W01"]
    assert _uri(result) == "app/prices.py"
    assert result["partialFingerprints"]["primaryLocationLineHash"]


@pytest.mark.parametrize("session", ["accepted", "rejected", "of_change", "many"])
def test_an_entry_has_one_fingerprint(session: str, request: pytest.FixtureRequest) -> None:
    made: Session = request.getfixturevalue(session)
    prints = sorted(one.fingerprint for one in made.entries())
    results = _results(made)
    assert sorted(one["partialFingerprints"]["waggle/v1"] for one in results) == prints
    gitlab = json.loads(rendered("gitlab", made))
    assert sorted(one["fingerprint"] for one in gitlab) == prints
    told = rendered("junit", made)
    of_problems = [one.fingerprint for one in made.entries() if one.kind == "problem"]
    assert [one for one in of_problems if f"fingerprint {one}" not in told] == []


def test_worst_first_by_level(accepted: Session, rejected: Session) -> None:
    levels = [one["level"] for one in _results(accepted)]
    assert levels == ["error", "error", "warning", "note"]
    assert [one["ruleId"] for one in _results(rejected)] == ["E04", "K02"]
    first, second = _results(rejected)
    assert "backend_output.json" in _uri(first)  # it is about no line of the code
    assert _uri(second) == "app/orders.py"
    assert second["relatedLocations"][0]["id"] == 1


def _results(session: Session) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = json.loads(rendered("sarif", session))["runs"][0]["results"]
    return made


def _uri(result: dict[str, Any]) -> str:
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    return str(place["uri"])


def test_what_is_over_the_limits_is_counted(accepted: Session) -> None:
    others = tuple(Cited(f"{number}.py", 1) for number in range(300))
    made = with_entries(accepted, *[entry(rule="K01", places=others)] * 2, *[entry()] * 5_010)
    (run,) = json.loads(rendered("sarif", made))["runs"]
    assert len(run["results"]) == 5_000
    assert run["properties"]["omitted"] == 12
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("12 results left out")
    first = run["results"][0]
    assert len(first["relatedLocations"]) == 100
    assert first["properties"]["omittedLocations"] == 200
    assert first["relatedLocations"][-1]["message"]["text"] == "rep/notes.md:3"
    twins = tuple(
        made.judgements[0]._replace(worker=f"w{number}", entries=()) for number in range(22)
    )
    document = json.loads(rendered("sarif", made._replace(judgements=twins)))
    assert len(document["runs"]) == 20
    (note,) = document["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("2 reports left out")


def test_a_file_that_would_be_refused_is_shortened(accepted: Session) -> None:
    made = with_entries(
        accepted, *[entry(title=f"{number**99}", rule="K01") for number in range(1, 401)]
    )
    whole = rendered("sarif", made)
    assert len(json.loads(whole)["runs"][0]["results"]) == 400
    short = sarif.fitted(made, 20_000)
    assert len(zlib.compress(short.encode())) <= 20_000 < len(zlib.compress(whole.encode()))
    (run,) = json.loads(short)["runs"]
    assert len(run["results"]) + run["properties"]["omitted"] == 400
    assert len(run["results"]) >= 50
    assert sarif_faults(short) == []


def test_every_code_is_a_rule_with_its_texts(accepted: Session) -> None:
    made = with_entries(accepted, *[entry(rule=code) for code in CODES])
    assert sarif_faults(rendered("sarif", made)) == []
    (run,) = json.loads(rendered("sarif", made))["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert list(rules) == list(CODES)
    levels = {name: rule["defaultConfiguration"]["level"] for name, rule in rules.items()}
    assert levels == {name: code.severity for name, code in CODES.items()}


def test_two_of_a_rule_on_one_line_are_two_alerts(accepted: Session) -> None:
    at = (Cited("a.py", 1, line_hash="abc:1"),)
    first, second, other = _results(
        with_entries(accepted, entry(places=at), entry(places=at), entry(rule="K01", places=at))
    )
    hashes = [one["partialFingerprints"]["primaryLocationLineHash"] for one in (first, second)]
    assert hashes == ["abc:1", f"{second['partialFingerprints']['waggle/v1'][:16]}:1"]
    assert other["partialFingerprints"]["primaryLocationLineHash"] == "abc:1"


def test_a_claim_is_a_test(rejected: Session) -> None:
    (suite, *_) = ET.fromstring(rendered("junit", rejected))  # noqa: S314 - our own
    assert float(suite.get("time", 0)) > 0
    cases = {(str(case.get("classname")), case.get("name")): case for case in suite}
    (report,) = rejected.judgements
    assert len(cases) - 1 == len(report.claims) + 1  # and one problem that is about no claim
    refuted = cases[f"waggle.{SESSION}.backend-worker.endpoint", "GET /nope"]
    (failure,) = refuted
    assert "decided at app/orders.py:23" in str(failure.get("message"))
    assert '> 23 @router.get("")' in str(failure.text)
    passed = cases[f"waggle.{SESSION}.backend-worker.endpoint", "POST /api/v1/users"]
    assert list(passed) == []
    (skipped,) = cases[f"waggle.{SESSION}.backend-worker.success_status", "GET /nope: 200"]
    assert skipped.tag == "skipped"


def test_no_path_of_this_machine(accepted: Session, rejected: Session, tmp_path: Path) -> None:
    for name in FAULTS:
        for session in (accepted, rejected):
            assert str(tmp_path.parent.parent) not in rendered(name, session)


def test_a_report_of_two_workers_is_two_runs(of_two: Session) -> None:
    document = json.loads(rendered("sarif", of_two))
    ids = [run["automationDetails"]["id"] for run in document["runs"]]
    assert ids == [f"waggle/backend-worker/{SESSION}", f"waggle/test-worker/{SESSION}"]
    (note,) = document["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "devops-worker was not judged: not judged yet"


@pytest.mark.slow
def test_two_real_workers(tmp_path: Path) -> None:
    program = scribing.add_twins(tmp_path / "program")
    hive = scribing.hive_in(tmp_path, program, "backend", "auditor", "reader")
    for worker in ("backend", "auditor"):
        hive.hand_in(worker)
    for name, faults_of in FAULTS.items():
        run = hive.call("report", "--session", scribing.SESSION, "--format", name)
        assert (run.returncode, run.stderr) == (0, b"")
        assert faults_of(run.stdout.decode()) == []
        assert (b"reader-worker" in run.stdout) is (name != "gitlab")


# Two files without a session


def _files(root: Path, *changes: Callable[[dict[str, Any]], None]) -> tuple[Path, Path]:
    """Take the report of a session to where a repository may keep it."""
    workers = root / f"Docs/hive-mind/sessions/{SESSION}/workers"
    folder = root / "reports" / "a b"
    folder.mkdir(parents=True)
    report = json.loads((workers / "json/backend_output.json").read_text("utf-8"))
    for change in changes:
        change(report)
    files = folder / "backend_notes.md", folder / "backend_output.json"
    files[0].write_bytes((workers / "notes/backend_notes.md").read_bytes())
    files[1].write_text(json.dumps(report, indent=2), "utf-8")
    return files


def _tree(root: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in root.rglob("*") if file.is_file()}


@pytest.mark.parametrize("changes", [(), (false_path,)], ids=["accepted", "rejected"])
def test_a_check_writes_the_reports_that_are_asked_for(
    tmp_path: Path, changes: tuple[Callable[[dict[str, Any]], None], ...]
) -> None:
    root, out = judged(tmp_path), tmp_path / "out"
    out.mkdir()
    notes, json_file = _files(root, *changes)
    before = _tree(root)
    relative = [str(file.relative_to(root)) for file in (notes, json_file)]
    asked = [word for name in FAULTS for word in ("--report", f"{name}={out / name}")]
    run = waggle("backend", "--check", *relative, *asked, cwd=root)
    assert run.returncode == bool(changes), run.stderr.decode()
    assert _tree(root) == before
    for name, faults_of in FAULTS.items():
        text = (out / name).read_text("utf-8")
        assert faults_of(text) == []
        assert str(root) not in text
    (run_of,) = json.loads((out / "sarif").read_text("utf-8"))["runs"]
    place = "reports/a%20b/backend_output.json"
    assert run_of["automationDetails"]["id"] == f"waggle/backend-worker/{place}/"
    told = {one["ruleId"] for one in run_of["results"]}
    assert told == ({"K02", "C06"} & told if changes else {one for one in told if "/" in one})
    assert told


def test_a_check_has_the_fingerprints_of_the_session(tmp_path: Path) -> None:
    root = judged(tmp_path, false_path)
    of_session = {one.fingerprint for one in read_judged(root, SESSION).entries()}
    notes, json_file = _files(root)
    out = tmp_path / "out.json"
    waggle("backend", "--check", notes, json_file, "--report", f"json={out}", cwd=root)
    entries = json.loads(out.read_text("utf-8"))["reports"][0]["entries"]
    assert {one["fingerprint"] for one in entries} == of_session


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--report", "sarif"), b"--report takes FORMAT=FILE"),
        (("--report", "pdf=x"), b"FORMAT is one of"),
        (("--report", "sarif=."), b"is no regular file"),
    ],
)
def test_a_report_that_cannot_be_written(
    tmp_path: Path, words: tuple[str, ...], said: bytes
) -> None:
    root = judged(tmp_path)
    run = waggle("backend", "--check", *_files(root), *words, cwd=root)
    assert run.returncode == 2
    assert said in run.stderr


def test_report_of_a_phase_goes_with_check(root: Path) -> None:
    run = waggle("backend", "--output", "--session", "s", "--report", "sarif=x", cwd=root)
    assert run.returncode == 2
    assert b"--report goes with --check" in run.stderr


def test_the_document_is_printed_all_the_same(tmp_path: Path) -> None:
    root = judged(tmp_path)
    files, out = _files(root), tmp_path / "x.sarif"
    told = document(waggle("backend", "--check", *files, "--report", f"sarif={out}", cwd=root))
    assert told["status"] == "completed"


# Every validator fails on what is wrong

_FIRST = ("runs", 0, "results", 0)
_PLACE = (*_FIRST, "locations", 0, "physicalLocation")


def _at(document: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        document = document[part]
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), "2.2.0"),
        (("runs", 0, "unknown"), 1),
        (("runs", 0, "results"), None),
        ((*_FIRST, "level"), "fatal"),
        ((*_FIRST, "message"), {}),
        ((*_FIRST, "ruleId"), "K99"),
        ((*_FIRST, "locations"), []),
        ((*_FIRST, "locations"), [{}]),
        ((*_FIRST, "locations"), [{"physicalLocation": {"artifactLocation": {}}}]),
        ((*_FIRST, "partialFingerprints"), {}),
        ((*_FIRST, "message", "text"), "[a](77)"),
        ((*_PLACE, "artifactLocation", "uri"), "/etc/passwd"),
        ((*_PLACE, "artifactLocation", "uri"), "a/../../b"),
        ((*_PLACE, "artifactLocation", "uri"), "a b.py"),
        ((*_PLACE, "artifactLocation", "uri"), "c:/b.py"),
        ((*_PLACE, "region", "startLine"), 0),
        ((*_PLACE, "region", "endColumn"), "1"),
        ((*_PLACE, "region", "endLine"), 1),
        (("runs", 0, "tool", "driver", "rules", 0, "help"), {"text": ""}),
        (("runs", 0, "tool", "driver", "rules", 0, "fullDescription"), {"text": "x" * 1025}),
        (
            ("runs", 0, "tool", "driver", "rules", 0, "properties"),
            {"tags": [f"{n}" for n in range(21)]},
        ),
        (("runs", 0, "tool", "driver", "name"), None),
        (("$schema",), 1),
    ],
)
def test_a_fault_in_sarif_is_seen(rejected: Session, path: tuple[Any, ...], value: Any) -> None:
    made = json.loads(rendered("sarif", rejected))
    made["runs"][0]["results"].reverse()  # first the one in the code
    _at(made, path[:-1])[path[-1]] = value
    assert sarif_faults(json.dumps(made)) != []


def test_faults_in_sarif_as_a_whole_are_seen(accepted: Session, of_two: Session) -> None:
    good = json.loads(rendered("sarif", accepted))
    (run,) = good["runs"]
    twice = {**good, "runs": [run, run]}
    assert sarif_faults(json.dumps(twice)) == ["two runs of one category"]
    assert "more than 20 runs" in sarif_faults(json.dumps({**good, "runs": [run] * 21}))
    one = run["results"][0]
    run["results"] = [one, one]
    assert sarif_faults(json.dumps(good)) == ["two results are one alert"]
    run["results"] = [one] * 5_001
    assert "more than 5,000 results: the rest is not shown" in run_faults(run)
    assert sarif_faults("{") != []
    assert sarif_faults(rendered("sarif", of_two)[:-3]) != []
    assert sarif_faults(f"\ufeff{rendered('sarif', accepted)}") == ["a byte order mark"]
    lone = rendered("sarif", accepted).replace("Waggle", "\\ud800")
    assert sarif_faults(lone) == ["a lone surrogate"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('time="0.000"', 'time="1e-05"'),
        ('time="0.000"', 'time="-1"'),
        ('<testcase name="', '<testcase file="a.py" name="'),
        ('failures="2"', 'failures="3"'),
        ('tests="39"', 'tests="many"'),
        ('<testsuite name="backend-worker" ', "<testsuite "),
        ("<properties>", "<attributes>"),
        ("&#x27;", "\x1b"),
        ("&gt; 23", "> 23 <b>bold</b>"),
        ('name="order_items.id: id"', 'name="order_items.order_id: order_id"'),
        ("</testsuites>", ""),
    ],
)
def test_a_fault_in_junit_is_seen(rejected: Session, old: str, new: str) -> None:
    good = rendered("junit", rejected)
    assert old in good
    assert junit_faults(good.replace(old, new)) != []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((0, "severity"), "high"),
        ((0, "fingerprint"), 1),
        ((0, "location", "path"), "./app/orders.py"),
        ((0, "location", "path"), "/app/orders.py"),
        ((0, "location", "path"), "a/../../b.py"),
        ((0, "location", "lines"), {}),
        ((0, "location", "lines", "begin"), 0),
        ((0, "description"), ""),
        ((0, "check_name"), None),
        ((0,), {}),
        ((0,), "text"),
    ],
)
def test_a_fault_in_gitlab_is_seen(accepted: Session, path: tuple[Any, ...], value: Any) -> None:
    made = json.loads(rendered("gitlab", accepted))
    _at(made, path[:-1])[path[-1]] = value
    assert FAULTS["gitlab"](json.dumps(made)) != []
    twice = json.loads(rendered("gitlab", accepted)) * 2
    assert FAULTS["gitlab"](json.dumps(twice)) != []
    assert FAULTS["gitlab"](json.dumps({"issues": []})) != []


# Texts and lines

_TEXTS = st.text(st.characters(exclude_categories=()), max_size=60)


@given(_TEXTS, _TEXTS, st.sampled_from(["", "failure", "skipped"]))
def test_any_text_is_xml(name: str, text: str, outcome: str) -> None:
    session = Session("s", "open", (), (), ())
    drawn, tests, _ = _drawn("w", session, [Case("k", name or "-", outcome, "t", "m", text)], {})
    (case,) = ET.fromstring(drawn.encode())  # noqa: S314 - our own
    assert tests == 1
    assert case.get("name") == line(name or "-")
    assert not outcome or case[0].text in {None, *[several(text.split("\n"), 4_000)]} - {""}


@given(_TEXTS)
def test_any_path_is_a_uri(path: str) -> None:
    assert set(uri(path)) <= set("%/-._~") | {chr(code) for code in range(48, 123)}


@given(st.lists(_TEXTS, min_size=6, max_size=6), st.integers(-5, 10**9))
def test_any_entry_is_taken(texts: list[str], number: int) -> None:
    title, text, about, advice, file, rule = texts
    session = read_empty()
    at = (Cited(file or "x", number, number - 1, number, (text, title), line_hash=about),)
    where = Cited(file or "-", None)
    one = entry(title=title or "-", text=text, about=about, advice=advice, rule=rule or "-")
    made = with_entries(session, one._replace(places=at, reported_at=where), one)
    for name in ("junit", "sarif"):
        faults = FAULTS[name](rendered(name, made))
        assert [fault for fault in faults if "no relative" not in fault] == []


def read_empty() -> Session:
    from workers.reporting.formats.judgement import Judgement

    empty: dict[str, Any] = {"commit": None, "dirty": None, "entries": (), "claims": ()}
    empty |= {"claimed": {}, "computed": {}, "coverage": {}, "not_examined": (), "verdicts": ()}
    empty["cited"] = {}
    judgement = Judgement(
        session_id="s",
        worker="backend-worker",
        kind="analysis",
        status="rejected",
        judged_at="2026-01-31T09:00:00Z",
        report_changed=False,
        task="",
        **empty,
    )
    return Session("s", "open", (judgement,), (), ())


def _hashes(text: str) -> list[str | None]:
    hashes = LineHashes(text)
    return [hashes.of(number) for number in range(1, len(hashes._starts) + 1)]


# What the upload action computes, by its own tests.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "c129715d7a2bc9a3:1"),
        (
            " a\nb\n  \t\tc\n d",
            "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1",
        ),
        (
            " hello; \t\r\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
            (
                "e9496ae3ebfced30:1 fb7c023a8b9ccb3f:1 ce8ba1a563dcdaca:1 e20e36e16fcb0cc8:1"
                " b3edc88f2938467e:1 c8e28b0b4002a3a0:1 c129715d7a2bc9a3:1"
            ),
        ),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            (
                "a7f2ff13bc495cf2:1 a7f2ff13bc495cf2:2 a7f2ff13bc495cf2:3 a7f2ff13bc495cf2:4"
                " a7f2ff13bc495cf2:5 a7f2ff13bc495cf2:6 a7f2ff1481e87703:1 a9cf91f7bbf1862b:1"
                " 55ec222b86bcae53:1 cc97dc7b1d7d8f7b:1 c129715d7a2bc9a3:1"
            ),
        ),
    ],
)
def test_a_line_has_the_hash_of_the_upload_action(text: str, expected: str) -> None:
    assert _hashes(text) == expected.split()


def test_a_line_hash_needs_the_bytes_of_the_file(tmp_path: Path) -> None:
    files = {
        "plain.py": b"a = 1\n",
        "mark.py": "\ufeffa = 1\n".encode(),
        "latin.py": "a = '\u00e4'\n".encode("latin-1"),
        "wide.py": "\ufeffa = 1\n".encode("utf-16-le"),
        "astral.py": "a = '\U0001f41d'\n".encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    repository = Repository(tmp_path)
    known = {}
    for name in files:
        source = repository.source(name)
        assert isinstance(source, Source)
        known[name] = source.line_hashes.of(1) if source.line_hashes else None
    assert known["plain.py"] == _hashes("a = 1\n")[0]
    assert known["mark.py"] == _hashes("\ufeffa = 1\n")[0] != known["plain.py"]
    assert known["latin.py"] is known["wide.py"] is None
    assert known["astral.py"] == _hashes("a='\ud83d\udc1d'\n")[0]
    assert line_hashes("a", "") is None
    assert LineHashes("a\n").of(0) is LineHashes("a\n").of(3) is None


def test_the_hash_of_a_result_is_that_of_its_line(rejected: Session) -> None:
    (judgement,) = rejected.judgements
    (at,) = [place for one in judgement.entries for place in one.places]
    assert at.line_hash == "f7e9558d35a59793:1"

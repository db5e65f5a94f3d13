"""`report`: what a verdict left, read again and rendered; what changed since is marked."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.kit import SESSION, document, fill_in, waggle
from tests.reports import false_line, false_path, json_file, judge, judged, true_path, write
from workers.phases.judged import read_judged
from workers.reporting.formats import FORMATS, rendered
from workers.reporting.formats.judgement import Cited, fingerprints

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

pytestmark = pytest.mark.usefixtures("late_imports")

AT = ("--session", SESSION)


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with an accepted report, which no test changes."""
    return judged(tmp_path_factory.mktemp("accepted"))


@pytest.fixture(scope="module")
def rejected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a rejected report, which no test changes."""
    return judged(tmp_path_factory.mktemp("rejected"), false_path, false_line)


def test_a_problem_is_shown_beside_the_line_that_refutes_it(rejected: Path) -> None:
    (report,) = read_judged(rejected, SESSION).judgements
    assert report.status == "rejected"
    assert report.of("finding") == []  # what is not accepted is not repeated
    (wrong,) = [entry for entry in report.entries if entry.about.endswith("GET /nope")]
    (place,) = wrong.places
    shown = dict(enumerate(place.lines, place.first))
    assert place.line is not None
    assert '@router.get("")' in shown[place.line]
    assert wrong.reported_at.file.endswith("backend_output.json")


def test_findings_of_an_accepted_report_come_worst_first(accepted: Path) -> None:
    (report,) = read_judged(accepted, SESSION).judgements
    severities = [entry.severity for entry in report.of("finding")]
    assert severities == sorted(severities, key=["critical", "high", "medium", "low"].index)
    assert all(place.lines for entry in report.entries for place in entry.places)
    assert report.changed == ()
    assert not report.report_changed


def test_what_changed_since_is_marked(tmp_path: Path) -> None:
    root = judged(tmp_path)
    before = read_judged(root, SESSION).judgements[0]
    cited = before.entries[0].place.file
    (root / cited).write_text(f"\n{(root / cited).read_text('utf-8')}", "utf-8")
    after = read_judged(root, SESSION).judgements[0]
    assert after.changed == (cited,)
    assert "(changed since)" in rendered("markdown", read_judged(root, SESSION))
    (root / cited).unlink()
    assert read_judged(root, SESSION).judgements[0].changed == (cited,)


def test_an_accepted_report_that_was_changed_is_judged_no_more(tmp_path: Path) -> None:
    root = judged(tmp_path)
    invented = {"id": "BACKEND-CRIT-009", "title": "Invented", "severity": "critical"}
    write(root, lambda report: report["findings"].append(invented))
    run = waggle("report", *AT, cwd=root)
    assert run.returncode == 3
    assert b"changed since it was accepted" in run.stderr
    assert run.stdout == b""


def test_a_rejected_report_that_is_repaired_still_shows_what_was_wrong(tmp_path: Path) -> None:
    root = judged(tmp_path, false_path)
    write(root, true_path)
    (report,) = read_judged(root, SESSION).judgements
    assert report.report_changed
    (problem,) = [entry for entry in report.entries if entry.rule == "K02"]
    assert "/nope" in problem.about
    assert problem.place.lines
    assert "was changed since" in rendered("markdown", read_judged(root, SESSION))


@pytest.mark.parametrize("name", ["backend_problems.json", "backend_claims.json"])
@pytest.mark.parametrize("content", [None, b"{", b"[]", b"{}"])
def test_of_a_verdict_whose_files_are_other_ones_nothing_is_said(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    root = judged(tmp_path, false_path)
    file = json_file(root).with_name(name)
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    run = waggle("report", *AT, "--format", "junit", cwd=root)
    assert (run.returncode, run.stdout) == (3, b"")
    assert b"judge it again with --output" in run.stderr


def test_of_a_damaged_log_nothing_is_said(tmp_path: Path) -> None:
    root = judged(tmp_path)
    judge(root, false_path)
    log = json_file(root).parents[2] / "EVENTS.jsonl"
    log.write_bytes(log.read_bytes()[:-40] + b"\n")
    (log.parent / "STATE.json").unlink()
    run = waggle("report", *AT, cwd=root)
    assert (run.returncode, run.stdout) == (3, b"")
    assert b"doctor" in run.stderr


@pytest.mark.parametrize("name", [".env", "config/prod.env", "deploy/tls.key", "local.ini"])
def test_lines_of_files_with_secrets_are_shown_to_nobody(tmp_path: Path, name: str) -> None:
    root = judged(tmp_path)
    shutil.rmtree(root / ".git")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    (root / ".gitignore").write_text("local.ini\n", "utf-8")
    secret = root / name
    secret.parent.mkdir(exist_ok=True)
    secret.write_text("A=1\nPASSWORD=hunter2secret\nB=2\n", "utf-8")
    cited = {"file": str(secret), "line": 2}
    judge(root, lambda report: report["findings"][0]["evidence"].append(cited))
    for form in FORMATS:
        assert "hunter2" not in rendered(form, read_judged(root, SESSION)), form


def test_nobody_is_named_that_has_no_part(accepted: Path) -> None:
    run = waggle("report", *AT, "--worker", "frontend", cwd=accepted)
    assert run.returncode == 3
    assert b"frontend has no part in it" in run.stderr


@pytest.mark.parametrize("out", ["no/such/x.md", f"Docs/hive-mind/sessions/{SESSION}/EVENTS.jsonl"])
def test_nothing_is_written_where_it_has_no_place(tmp_path: Path, out: str) -> None:
    root = judged(tmp_path)
    log = json_file(root).parents[2] / "EVENTS.jsonl"
    before = log.read_bytes()
    run = waggle("report", *AT, "--out", out, cwd=root)
    assert run.returncode == 2
    assert log.read_bytes() == before


def test_a_fingerprint_is_of_the_thing_and_not_of_its_line(tmp_path: Path) -> None:
    root = judged(tmp_path, false_path)
    before = [entry.fingerprint for entry in read_judged(root, SESSION).entries()]
    source = root / "app" / "main.py"
    source.write_text(f"# moved\n\n{source.read_text('utf-8')}", "utf-8")
    judge(root)
    after = read_judged(root, SESSION).entries()
    assert set(before) < {entry.fingerprint for entry in after}


def test_equal_subjects_have_fingerprints_of_their_own() -> None:
    first, other, again = fingerprints([("a", "b"), ("ab", ""), ("a", "b")])
    assert len({first, other, again}) == 3
    assert fingerprints([("a", "b")]) == [first]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("status", ["accepted", "rejected"])
def test_a_report_is_printed(
    name: str, status: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    root = request.getfixturevalue(status)
    run = waggle("report", *AT, "--format", name, cwd=root)
    if (name, status) == ("openapi", "rejected"):
        assert (run.returncode, run.stdout, run.stderr.count(b"\n")) == (3, b"", 1)
        assert b"has no accepted report (backend-worker: rejected)" in run.stderr
        return
    assert (run.returncode, run.stderr) == (0, b"")
    printed = document(waggle("report", *AT, "--format", name, "--json", cwd=root))
    assert printed["content"].strip() == run.stdout.decode().strip()
    file = tmp_path / "report"
    assert waggle("report", *AT, "--format", name, "--out", str(file), cwd=root).returncode == 0
    assert file.read_text("utf-8") == printed["content"]


def test_markdown_in_words(rejected: Path, snapshot: SnapshotAssertion) -> None:
    text = rendered("markdown", read_judged(rejected, SESSION))
    judged_at = read_judged(rejected, SESSION).judgements[0].judged_at
    assert text.replace(judged_at, "@TIME@") == snapshot


def test_json_has_every_field(rejected: Path) -> None:
    made = json.loads(rendered("json", read_judged(rejected, SESSION)))
    (report,) = made["reports"]
    assert report["entries"][-1]["places"][0]["file"]
    assert set(Cited._fields) == set(report["entries"][0]["reported_at"])
    assert len(report["claims"]) > 10


def test_a_session_without_a_verdict_has_no_report(root: Path) -> None:
    setup = ("backend", "--setup", *AT, "--task", "look")
    assert waggle(*setup, cwd=root).returncode == 0
    run = waggle("report", *AT, cwd=root)
    assert run.returncode == 3
    assert b"not judged yet" in run.stderr


def test_a_file_of_the_users_is_replaced_and_a_folder_is_not(
    accepted: Path, tmp_path: Path
) -> None:
    run = waggle("report", *AT, "--out", str(tmp_path), cwd=accepted)
    assert run.returncode == 2
    assert b"is no regular file" in run.stderr


def test_what_changed_since_an_earlier_report_is_said(tmp_path: Path) -> None:
    root = judged(tmp_path, false_path)
    earlier = tmp_path / "earlier.json"
    written = waggle("report", *AT, "--format", "json", "--out", str(earlier), cwd=root)
    assert written.returncode == 0
    judge(root, true_path, false_line)
    text = waggle("report", *AT, "--since", str(earlier), cwd=root).stdout.decode()
    assert "1 gone, 1 new, 0 still there." in text
    assert re.search(r"- gone: \*\*error\*\* K02 .*/nope", text)
    assert re.search(r"- new: \*\*error\*\* E04 ", text)
    same = waggle("report", *AT, "--format", "json", "--out", str(earlier), cwd=root)
    assert same.returncode == 0
    again = waggle("report", *AT, "--since", str(earlier), cwd=root).stdout.decode()
    assert "0 gone, 0 new, 1 still there." in again


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if not one.compares])
def test_a_format_that_compares_nothing_says_so(name: str, accepted: Path) -> None:
    run = waggle("report", *AT, "--format", name, "--since", "earlier.json", cwd=accepted)
    assert (run.returncode, run.stdout) == (2, b"")
    assert b"Use --format markdown or json" in run.stderr


def test_which_files_changed_since_a_receipt_is_said(tmp_path: Path) -> None:
    root = judged(tmp_path)
    receipt = tmp_path / "receipt.json"
    shutil.copy(json_file(root).with_name("backend_receipt.json"), receipt)
    source = root / "app" / "orders.py"
    source.write_text(source.read_text("utf-8") + "\n# the end\n", "utf-8")
    assert judge(root) == "completed"
    text = waggle("report", *AT, "--since", str(receipt), cwd=root).stdout.decode()
    assert "1 cited file changed:\n- `app/orders.py`" in text


@pytest.mark.parametrize(
    "content", [None, b"[]", b"{", b"{}", b'{"worker": [], "cited": {}}', b'{"reports": []}']
)
def test_another_file_is_nothing_to_compare_with(
    accepted: Path, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "other.json"
    if content is not None:
        file.write_bytes(content)
    run = waggle("report", *AT, "--since", str(file), cwd=accepted)
    assert run.returncode == 2
    assert b"other.json" in run.stderr


def test_workers_of_a_plan_that_have_not_begun_are_named(root: Path) -> None:
    task = ("--task", "Audit endpoints, tables and the tests.")
    for words in (("queen", *AT, *task, "--model", "none"), ("backend", "--setup", *AT)):
        run = waggle(*words, cwd=root)
        assert run.returncode == 0, run.stderr
    fill_in(root, SESSION)
    judge(root)
    session = read_judged(root, SESSION)
    planned = dict(session.plan)
    assert planned["test-worker"] == ("backend-worker",)
    assert ("test-worker", "planned, not begun") in session.not_judged
    assert read_judged(root, SESSION, "backend").not_judged == ()

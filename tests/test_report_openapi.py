"""`report --format openapi`: what API tools take of accepted reports, and of nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import SESSION, document, waggle
from tests.report_rules import openapi_faults
from tests.reports import false_path, json_file, judge, judged
from workers.phases.judged import read_judged
from workers.reporting.artefacts.accepted import Report
from workers.reporting.formats import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from workers.reporting.formats.judgement import Judgement, Session

pytestmark = pytest.mark.usefixtures("late_imports")

AT = ("--session", SESSION)
OPENAPI = ("report", *AT, "--format", "openapi")
HOSTILE = "\x1b[31m\u202e\ud800</script>{a}{a}/../#?%s\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with an accepted report, which no test changes."""
    return judged(tmp_path_factory.mktemp("accepted"))


@pytest.fixture(scope="module")
def accepted(root: Path) -> Session:
    return read_judged(root, SESSION)


def with_rows(session: Session, *rows: dict[str, Any], key: str = "api_specifications") -> Session:
    """Return a session whose one accepted report has these entries alone."""
    (report,) = session.judgements
    assert report.handed is not None
    changed = report.handed()._replace(data={key: list(rows)})
    return session._replace(judgements=(_with(report, changed),))


def _with(report: Judgement, handed: Report) -> Judgement:
    return report._replace(handed=lambda: handed)


def test_it_is_the_artefact(root: Path) -> None:
    run = waggle(*OPENAPI, cwd=root)
    assert run.returncode == 0, run.stderr
    assert openapi_faults(run.stdout.decode()) == []
    assert run.stdout == waggle("artefact", "api_contract", *AT, cwd=root).stdout
    assert set(json.loads(run.stdout)["paths"]) == {
        *("/api/v1/orders", "/api/v1/orders/{order_id}", "/api/v1/users", "/api/v1/receipts"),
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("openapi",), "3.0.0"),
        (("openapi",), None),
        (("info",), {"title": "x"}),
        (("paths",), {}),
        (("paths", "/api/v1/orders", "get", "responses"), None),
        (("paths", "/api/v1/orders", "get", "responses", "200"), {}),
        (("paths", "/api/v1/orders/{order_id}", "delete", "parameters"), []),
        (("paths", "/api/v1/orders/{order_id}", "delete", "operationId"), "backend-worker-API-001"),
        (("paths", "orders"), {}),
        (("paths", "/api/v1/orders", "get", "parameters"), [{"name": "x", "in": "body"}]),
    ],
)
def test_a_fault_is_seen(accepted: Session, path: tuple[str, ...], value: Any) -> None:
    made = json.loads(rendered("openapi", accepted))
    inside = made
    for part in path[:-1]:
        inside = inside[part]
    assert value is None or inside.get(path[-1]) != value
    inside[path[-1]] = value
    assert openapi_faults(json.dumps(made)) != []
    assert openapi_faults(rendered("openapi", accepted)[:-3]) != []


def test_hostile_endpoints_are_taken(accepted: Session) -> None:
    plain = {"method": "GET", "path": "/a", "endpoint": "A"}
    worse = dict.fromkeys(plain, HOSTILE)
    made = [
        plain,
        worse,
        {**worse, "path": "/b"},
        {**worse, "method": "POST", "path": f"/{HOSTILE}"},
    ]
    made += [{**plain, "path": f"/{number}", "authentication": HOSTILE} for number in range(3)]
    rows = [{**row, "id": f"API-{number:03}"} for number, row in enumerate(made, 1)]
    text = rendered("openapi", with_rows(accepted, *rows))
    assert openapi_faults(text) == []
    assert {"/a", "/0", "/1", "/2"} < set(json.loads(text)["paths"])
    assert not set(text) & {"\x1b", "\u202e", "\ud800"}


def test_no_place_and_no_secret_of_this_machine(tmp_path: Path) -> None:
    secret = f"ghp_{'a1B2' * 9}"

    def spill(report: dict[str, Any]) -> None:
        report["api_specifications"][0]["description"] = f"Call it with {secret}."

    root = judged(tmp_path, spill)
    text = rendered("openapi", read_judged(root, SESSION))
    assert "Call it with" in text
    assert secret not in text
    assert str(tmp_path) not in text
    assert '"app/orders.py:' in text


def test_files_of_a_report_from_another_machine_are_named_from_the_root(accepted: Session) -> None:
    (report,) = accepted.judgements
    assert report.handed is not None
    evidence = [{"file": f"/home/ada/{name}", "line": 3} for name in ("shop/app/a.py", "b.py")]
    rows = [{"id": "API-001", "method": "GET", "path": "/a", "evidence": evidence}]
    data = {"api_specifications": rows}
    moved = report.handed()._replace(data=data, formerly="/home/ada/shop")
    text = rendered("openapi", accepted._replace(judgements=(_with(report, moved),)))
    assert json.loads(text)["paths"]["/a"]["get"]["x-waggle-evidence"] == ["app/a.py:3", "b.py:3"]
    assert "ada" not in text


def test_what_is_not_in_it_is_said(accepted: Session) -> None:
    others = (("frontend-worker", "not judged yet"),)
    made = json.loads(rendered("openapi", accepted._replace(not_judged=others)))
    assert made["info"]["description"].endswith("Not in it: frontend-worker: not judged yet.")


def test_two_workers_are_one_document(accepted: Session) -> None:
    (report,) = accepted.judgements
    assert report.handed is not None
    handed = report.handed()
    row = {"id": "API-001", "method": "GET", "path": "/edge"}
    edge = handed._replace(worker="edge-worker", data={"api_specifications": [row]})
    made = json.loads(
        rendered("openapi", accepted._replace(judgements=(report, _with(report, edge))))
    )
    assert made["paths"]["/edge"]["get"]["operationId"] == "edge-worker-API-001"
    assert len(made["paths"]) == 5


def test_a_report_without_endpoints_has_none(accepted: Session) -> None:
    from sessions.errors import NoArtefact

    for session in (with_rows(accepted), with_rows(accepted, {"id": "API-001", "path": "/a"})):
        with pytest.raises(NoArtefact, match="hold nothing for api_contract"):
            rendered("openapi", session)


def test_nothing_of_a_rejected_report_is_handed_on(tmp_path: Path) -> None:
    root = judged(tmp_path, false_path)
    out = tmp_path / "api.json"
    run = waggle(*OPENAPI, "--out", out, cwd=root)
    assert (run.returncode, run.stdout, out.exists()) == (3, b"", False)
    told = document(waggle(*OPENAPI, "--json", cwd=root))
    assert told["problems"][0]["code"] == "R22"


@pytest.mark.parametrize("before", [None, "an earlier one"])
def test_a_check_of_a_rejected_report_says_that_there_is_none(
    tmp_path: Path, before: str | None
) -> None:
    root = judged(tmp_path)
    out, sarif = tmp_path / "api.json", tmp_path / "x.sarif"
    notes = json_file(root).parents[1] / "notes" / "backend_notes.md"
    words = ("backend", "--check", notes, json_file(root))
    reports = ("--report", f"openapi={out}", "--report", f"sarif={sarif}")
    assert waggle(*words, *reports, cwd=root).returncode == 0
    assert openapi_faults(out.read_text("utf-8")) == []
    assert "session" not in json.loads(out.read_text("utf-8"))["info"]["description"]
    out.unlink()
    if before is not None:
        out.write_text(before, "utf-8")
    judge(root, false_path)
    run = waggle(*words, *reports, cwd=root)
    assert run.returncode == 1
    kept = f", {out} is as it was" if before else ""
    reason = "the check has no accepted report (backend-worker: rejected)"
    assert f"no openapi was written{kept}: {reason}" in " ".join(run.stderr.decode().split())
    assert (out.read_text("utf-8") if out.exists() else None) == before
    assert sarif.exists()

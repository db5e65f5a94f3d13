"""Contradictions between reports: all that were planted are found, none that only looks so."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.contradictions import HARMLESS, LISTS, PLANTED, Case, account, accounts, table
from tests.kit import BACKEND
from tests.stacks import FOLDER, STACKS, STYLES, Stack
from workers.claims.paths import segments
from workers.codes import CODES
from workers.deliverables import profile_of, report_model
from workers.delivery.meant import take_as_meant
from workers.hive.scribe.account import Account
from workers.hive.scribe.contradiction import Contradiction
from workers.hive.scribe.findings import ORDER, severity
from workers.hive.scribe.kinds import COMPARERS
from workers.hive.scribe.synthesis import contradictions, synthesis


def found(case: Case) -> list[Contradiction]:
    return contradictions(accounts(case))


@pytest.mark.parametrize("case", PLANTED, ids=lambda case: case.name)
def test_a_contradiction_is_found_with_both_places(case: Case) -> None:
    (one,) = [one for one in found(case) if one.code == case.code]
    places = {(side.worker.removesuffix("-worker"), side.pointer) for side in one.sides}
    assert places >= set(case.places)
    assert len({side.worker for side in one.sides}) > 1
    assert len({side.says for side in one.sides}) > 1
    for side in one.sides:
        assert side.worker in one.message
        assert side.says in one.message


@pytest.mark.parametrize("case", HARMLESS, ids=lambda case: case.name)
def test_what_only_looks_so_is_no_error(case: Case) -> None:
    assert [one.message for one in found(case) if one.is_error] == []


def test_there_are_enough_of_both() -> None:
    assert len(PLANTED) >= 60
    assert len(HARMLESS) >= 40
    names = [case.name for case in (*PLANTED, *HARMLESS)]
    assert len({case.name for case in PLANTED}) == len(PLANTED)
    assert len({case.name for case in HARMLESS}) == len(HARMLESS), names
    assert {len(case.reports) for case in PLANTED} >= {2, 4, 5}


def test_every_kind_with_typed_fields_has_a_planted_case() -> None:
    planted = {kind for case in PLANTED for report in case.reports.values() for kind in report}
    assert set(COMPARERS) <= set(LISTS)
    assert {kind for kind in COMPARERS if kind != "performance"} <= planted


def test_every_code_of_a_contradiction_is_planted() -> None:
    assert {case.code for case in PLANTED} == {code for code in CODES if "X00" < code < "X09"}


@pytest.mark.parametrize("case", PLANTED[::5], ids=lambda case: case.name)
def test_the_order_of_reports_and_rows_changes_nothing(case: Case) -> None:
    shuffled = list(case.reports.items())
    random.Random(7).shuffle(shuffled)  # noqa: S311 - nothing secret
    again = contradictions([account(worker, report) for worker, report in shuffled])
    assert again == found(case)
    assert [one.fingerprint for one in again] == [one.fingerprint for one in found(case)]


@pytest.mark.parametrize("case", PLANTED, ids=lambda case: case.name)
def test_one_report_alone_contradicts_nobody(case: Case) -> None:
    for worker, report in case.reports.items():
        assert contradictions([account(worker, report)]) == []


def test_what_the_code_confirms_of_both_is_only_doubted() -> None:
    (case,) = [case for case in PLANTED if case.name == "one says guarded, one open"]
    seen = {"/endpoints_listed/0/requires_auth": "confirmed"}
    both = [account(worker, report, seen) for worker, report in case.reports.items()]
    assert [one.code for one in contradictions(both)] == ["X07"]


def test_rows_of_any_form_stop_nothing() -> None:
    odd: list[Any] = [None, 1, True, "", "x", [], [None], {}]
    names = "name type columns unique related_table foreign_key primary_key references".split()
    chance = random.Random(4)  # noqa: S311 - nothing secret
    for _ in range(200):
        reports = []
        for worker in ("a", "b"):
            parts = [[{n: chance.choice(odd) for n in names} for _ in range(3)] for _ in range(3)]
            schema = {"schema_indexes": parts[1], "schema_relationships": parts[2]}
            reports.append(account(worker, {"table": [table("t", *parts[0], **schema)]}))
        contradictions(reports)


def test_values_of_any_form_stop_nothing() -> None:
    odd = [None, 1, 1.5, True, "", "x", [], [None], {}, {"a": [1]}, ["a", 3]]
    names = (
        "status method path operation protocol endpoint requires_auth response_format evidence"
        " table_name schema name file tag value date figure scope depends_on cwe severity claims"
        " migration ddl where default title"
    ).split()
    chance = random.Random(3)  # noqa: S311 - nothing secret
    for _ in range(60):
        reports = []
        for worker in ("a", "b", "c"):
            rows = {
                kind: [{name: chance.choice(odd) for name in names} for _ in range(3)]
                for kind in LISTS
            }
            extra = {"findings": rows["widget"], "not_examined": rows["record"]}
            reports.append(account(worker, {**rows, **extra}))
        contradictions(reports)


def honest_reports(stack: Stack) -> list[Account]:
    """Return the honest reports on one service, each as another worker's."""
    made = []
    for style in STYLES:
        file = FOLDER / stack.name / f"honest-{style}" / "backend_output.json"
        data = json.loads(file.read_text("utf-8"))
        take_as_meant(data, report_model(BACKEND), stack.root)
        lists = profile_of(BACKEND).lists
        made.append(Account(f"style{style}-worker", data, lists, "@ROOT@"))
    return made


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.name)
def test_honest_reports_on_one_service_contradict_in_nothing(stack: Stack) -> None:
    assert [one.message for one in contradictions(honest_reports(stack))] == []


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.name)
def test_findings_of_one_place_are_merged(stack: Stack) -> None:
    made = synthesis(honest_reports(stack))
    shared = [group for group in made.groups if len({one.worker for one in group}) > 1]
    assert len(shared) >= 7
    for group in made.groups:
        assert len(group) <= 5
        ranks = [ORDER[severity(entry)] for entry in group]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.name)
def test_what_one_honest_report_says_otherwise_is_found(stack: Stack) -> None:
    first, second, _ = honest_reports(stack)
    row = next(
        row
        for _, row in first.rows("api_specifications")
        if _like(row, second) and row["status"] == "existing"
    )
    row["status"], row["response_format"] = "proposed", {"success_status": 418}
    row["evidence"] = []
    (one,) = [one for one in contradictions([first, second]) if one.is_error]
    assert one.code == "X04"


def _like(row: dict[str, Any], account: Account) -> bool:
    """Tell whether another report has the same endpoint, once."""
    path = segments(row["path"])
    same = [
        other
        for _, other in account.rows("api_specifications")
        if (other["method"], segments(other["path"])) == (row["method"], path)
    ]
    return len(same) == 1

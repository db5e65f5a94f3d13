"""Form that loses nothing is no error: the same report in another form gets the same verdict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from tests.kit import BACKEND, SAMPLES, SESSION, copy_sample, document, fill_in, waggle
from tests.planting import FAULTS, FILES, base_of, delivery_in, expected, judge, lay_out
from workers.deliverables import report_model
from workers.deliverables.forms import MeantAs
from workers.delivery.meant import READERS, Taken, take_as_meant
from workers.review.review import Review, review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Change = Callable[[str, Any], Any]

CASED = frozenset(
    "severity domain method status category priority criterion type protocol effort_estimate"
    " implementation_effort id".split()
)
NUMBERS = frozenset(
    "line end_line success_status api_design_score database_performance_score overall_score"
    " service_architecture_score total_api_endpoints database_tables_analyzed critical_issues"
    " security_implementations performance_optimizations high_priority_items".split()
)
EFFORTS = {"hours": "half a day, 4 hours", "days": "2-3 days", "weeks": "about 2 weeks"}
NONE = frozenset("authentication authorization rate_limiting caching_strategy".split())
RELATIONS = ("ONE_TO", "MANY_TO")


def _in_capitals(name: str, value: Any) -> Any:
    is_word = isinstance(value, str) and (name != "type" or value.startswith(RELATIONS))
    return value.swapcase() if name in CASED and is_word else value


def _digits_as_text(name: str, value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if name in NUMBERS and is_number else value


def _null_for_none(name: str, value: Any) -> Any:
    return None if name in NONE and value == "None" else value


def _none_in_small_letters(name: str, value: Any) -> Any:
    return "none" if name in NONE and value == "None" else value


def _effort_in_words(name: str, value: Any) -> Any:
    is_effort = name in {"effort_estimate", "implementation_effort"} and isinstance(value, str)
    return EFFORTS.get(value, value) if is_effort else value


def _hyphens(name: str, value: Any) -> Any:
    is_word = name == "category" or (name == "type" and str(value).startswith(RELATIONS))
    return value.replace("_", "-") if is_word and isinstance(value, str) else value


def _empty_lists_as_null(_name: str, value: Any) -> Any:
    return None if value == [] else value


def _lists_as_text(name: str, value: Any) -> Any:
    if name in {"finding_ids", "columns"} and isinstance(value, list):
        return ", ".join(value) if all(isinstance(one, str) for one in value) else value
    return value


def _evidence_as_text(name: str, value: Any) -> Any:
    return [_cited(item) for item in value] if name == "evidence" else value


def _cited(item: Any) -> Any:
    if not isinstance(item, dict) or "snippet" in item:
        return item
    end = f"-L{item['end_line']}" if item.get("end_line") else ""
    return f"{item['file']}#L{item['line']}{end}"


CHANGES: tuple[Change, ...] = (
    _in_capitals,
    _digits_as_text,
    _null_for_none,
    _none_in_small_letters,
    _effort_in_words,
    _hyphens,
    _empty_lists_as_null,
    _lists_as_text,
    _evidence_as_text,
)


def changed(value: Any, change: Change, name: str = "") -> Any:
    """Return a value of the JSON with a change made wherever it applies."""
    value = change(name, value)
    if isinstance(value, dict):
        return {key: changed(inner, change, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [changed(inner, change) for inner in value]
    return value


def rewritten(root: Path, *changes: Change) -> bool:
    """Rewrite the JSON of a report that was laid out; false if nothing is new."""
    file = root.parent / FILES[1]
    data = json.loads(file.read_text("utf-8"))
    new = data
    for change in changes:
        new = changed(new, change)
    file.write_text(json.dumps(new), "utf-8")
    return bool(new != data)


@pytest.mark.parametrize("base", SAMPLES)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_an_honest_report_in_another_form_is_accepted(
    tmp_path: Path, base: str, change: Change
) -> None:
    root = copy_sample(tmp_path, SAMPLES[base])
    lay_out(root, base=base)
    before = judge(root)
    rewritten(root, change)
    _same(judge(root), before)


@pytest.mark.parametrize("base", SAMPLES)
def test_all_forms_at_once_are_the_same_report(tmp_path: Path, base: str) -> None:
    root = copy_sample(tmp_path, SAMPLES[base])
    lay_out(root, base=base)
    before = judge(root)
    assert rewritten(root, *CHANGES)
    delivery = delivery_in(root)
    _same(review(delivery), before)
    assert len(delivery.normalised) > 50


def _same(judged: Review, before: Review) -> None:
    assert [problem.message for problem in judged.problems] == []
    assert judged.computed == before.computed
    assert judged.claimed == before.claimed
    assert judged.evidence == before.evidence


def _readable() -> Iterator[str]:
    for fault in FAULTS:
        codes = expected(fault)["problems"]
        if fault == "number-with-a-thousand-digits":
            continue  # as text it is none
        if not any(code in {"S01", "S02", "S03", "S04"} or code[0] == "J" for code in codes):
            yield fault


@pytest.mark.sampled(4)
@pytest.mark.parametrize("fault", list(_readable()))
def test_a_fault_is_told_in_every_form(tmp_path: Path, fault: str) -> None:
    root = copy_sample(tmp_path, SAMPLES[base_of(fault)])
    lay_out(root, fault)
    before = judge(root)
    rewritten(root, _in_capitals, _digits_as_text, _null_for_none)
    after = judge(root)
    assert {one.code for one in after.problems} == {one.code for one in before.problems}
    assert after.computed == before.computed


def taken(model: type[BaseModel], data: dict[str, Any], root: Path) -> list[Taken]:
    return take_as_meant(data, model, root)


@pytest.mark.parametrize(
    ("words", "effort"),
    [
        ("2 days", "days"),
        ("half a day", "days"),
        ("1 day (8 hours)", "days"),
        ("a few hours", "hours"),
        ("~3h", "hours"),
        ("30 minutes", "hours"),
        ("2d", "days"),
        ("Days", "days"),
        ("3 person-days", "days"),
        ("1-2 weeks", "weeks"),
        ("1 month", "weeks"),
        ("zwei Tage", "days"),
        ("PT4H", "hours"),
        ("P2D", "days"),
        ("hour", "hours"),
    ],
)
def test_an_effort_in_words_is_one_of_three(tmp_path: Path, words: str, effort: str) -> None:
    data = {"findings": [{"effort_estimate": words}]}
    (one,) = taken(report_model(BACKEND), data, tmp_path)
    assert (one.pointer, one.was, one.taken) == ("/findings/0/effort_estimate", words, effort)


@pytest.mark.parametrize("words", ["soon", "low", "M", "unknown", "2", "someday", "FILL: hours"])
def test_an_effort_of_no_unit_is_left(tmp_path: Path, words: str) -> None:
    assert taken(report_model(BACKEND), {"findings": [{"effort_estimate": words}]}, tmp_path) == []


@pytest.mark.parametrize(
    ("column", "meant"),
    [
        ({"nullable": "NO"}, {"nullable": False}),
        ({"nullable": "Yes"}, {"nullable": True}),
        ({"unique": "true"}, {"unique": True}),
        ({"primary_key": 1}, {"primary_key": True}),
        ({"nullable": "unknown"}, {"nullable": None}),
        ({"references": "none"}, {"references": None}),
        ({"nullable": "perhaps"}, {"nullable": "perhaps"}),
        ({"constraints": "yes"}, {"constraints": "yes"}),
        ({"name": "true"}, {"name": "true"}),
    ],
)
def test_yes_is_true_where_a_boolean_is_meant(
    tmp_path: Path, column: dict[str, Any], meant: dict[str, Any]
) -> None:
    data = {"database_designs": [{"schema": {"columns": [column]}}]}
    taken(report_model(BACKEND), data, tmp_path)
    assert data["database_designs"][0]["schema"]["columns"] == [meant]


@pytest.mark.parametrize(
    ("evidence", "meant"),
    [
        ("app/x.py:12", {"line": 12}),
        ("`app/x.py:12`", {"line": 12}),
        ("app/x.py#L9-L11", {"line": 9, "end_line": 11}),
        ("app/x.py lines 9-11", {"line": 9, "end_line": 11}),
        ("Evidence: `app/x.py:9-11`", {"line": 9, "end_line": 11}),
    ],
)
def test_evidence_as_text_is_an_object(
    tmp_path: Path, evidence: str, meant: dict[str, Any]
) -> None:
    for given in (evidence, [evidence]):
        data: dict[str, Any] = {"findings": [{"evidence": given}]}
        taken(report_model(BACKEND), data, tmp_path)
        assert data["findings"][0]["evidence"] == [{"file": f"{tmp_path}/app/x.py", **meant}]


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("12", {"line": 12}),
        ("L12", {"line": 12}),
        ("9-11", {"line": 9, "end_line": 11}),
        ("lines 9-11", {"line": 9, "end_line": 11}),
        ("9,11", {"line": "9,11"}),
        (True, {"line": True}),
    ],
)
def test_lines_as_text_are_lines(tmp_path: Path, line: Any, meant: dict[str, Any]) -> None:
    data = {"findings": [{"evidence": [{"file": "/x.py", "line": line}]}]}
    taken(report_model(BACKEND), data, tmp_path)
    assert data["findings"][0]["evidence"] == [{"file": "/x.py", **meant}]


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("total_api_endpoints", "1,024", 1024),
        ("total_api_endpoints", 4.0, 4),
        ("total_api_endpoints", "4.5", "4.5"),
        ("total_api_endpoints", "four", "four"),
        ("total_api_endpoints", True, True),
        ("total_api_endpoints", None, None),
    ],
)
def test_only_digits_are_a_number(tmp_path: Path, name: str, value: Any, meant: Any) -> None:
    data = {"statistics": {name: value}}
    taken(report_model(BACKEND), data, tmp_path)
    assert repr(data["statistics"][name]) == repr(meant)


def test_a_mark_of_the_template_is_left(tmp_path: Path) -> None:
    data = {"findings": [{"effort_estimate": "FILL: hours|days|weeks", "evidence": ["FILL"]}]}
    assert taken(report_model(BACKEND), data, tmp_path) == []


def test_every_field_of_a_new_worker_is_read_by_its_type(tmp_path: Path) -> None:
    from typing import Literal

    from pydantic import Field

    class Part(BaseModel):
        kind: Literal["Page", "dialog_box"]
        is_open: bool | None = None
        width: int

    class Toy(BaseModel):
        parts: list[Part] = Field(default=[], alias="Parts")
        share: float | None = None

    data = {"Parts": {"kind": "Dialog Box", "is_open": "yes", "width": "12"}, "share": "0.5"}
    assert len(taken(Toy, data, tmp_path)) == 5
    assert data == {"Parts": [{"kind": "dialog_box", "is_open": True, "width": 12}], "share": 0.5}


def test_every_reader_is_named_by_a_type() -> None:
    named: set[str] = set()

    def look(kind: Any) -> None:
        for mark in getattr(kind, "__metadata__", ()):
            named.add(mark.reader) if isinstance(mark, MeantAs) else None

    from workers.deliverables import forms

    for name in vars(forms):
        look(getattr(forms, name))
    assert named == set(READERS)


def test_the_document_lists_what_was_taken(set_up: Path) -> None:
    _, file = fill_in(set_up, SESSION)
    data = json.loads(file.read_text("utf-8"))
    data["api_specifications"][0]["method"] = "get"
    data["statistics"]["critical_issues"] = "1"
    file.write_text(json.dumps(data), "utf-8")
    told = document(waggle("backend", "--output", "--session", SESSION, "--all", cwd=set_up))
    assert told["status"] == "completed"
    assert told["normalised_total"] == 2
    assert told["normalised"] == [
        {"pointer": "/api_specifications/0/method", "was": "get", "taken": "GET"},
        {"pointer": "/statistics/critical_issues", "was": "1", "taken": 1},
    ]


def _with(root: Path, change: Callable[[dict[str, Any]], None]) -> set[str]:
    lay_out(root)
    file = root.parent / FILES[1]
    data = json.loads(file.read_text("utf-8"))
    change(data)
    file.write_text(json.dumps(data), "utf-8")
    return {problem.code for problem in judge(root).problems}


def test_an_absent_array_of_a_table_counts_as_none(root: Path) -> None:
    def index_alone(data: dict[str, Any]) -> None:
        del data["database_designs"][0]["schema"]["columns"]

    assert _with(root, index_alone) == set()


def test_an_empty_schema_is_no_empty_text(root: Path) -> None:
    def empty(data: dict[str, Any]) -> None:
        data["api_specifications"][0]["response_format"]["success_schema"] = "{}"
        data["api_specifications"][0]["request_format"] = {"parameters": [{"name": "page"}]}

    assert _with(root, empty) == set()


def _twice(**more: Any) -> Callable[[dict[str, Any]], None]:
    """List an endpoint a second time, with other values, and another name where it has one."""

    def change(data: dict[str, Any]) -> None:
        first = data["api_specifications"][0]
        data["api_specifications"].append({**first, "id": "API-099", **more})
        data["statistics"]["total_api_endpoints"] += 1

    return change


def test_an_endpoint_is_listed_once(root: Path) -> None:
    assert "C18" in _with(root, _twice())
    assert "C18" in _with(root, _twice(endpoint="The orders of a user"))


@pytest.mark.parametrize(
    "more",
    [{"operation": "user"}, {"protocol": "grpc", "operation": "ListOrders"}],
    ids=["operation", "protocol"],
)
def test_operations_of_one_address_are_not_the_same(root: Path, more: dict[str, Any]) -> None:
    assert "C18" not in _with(root, _twice(**more))


@pytest.mark.parametrize("path", ["/graphql", "/api/v1/graphql", "/rpc"])
def test_two_queries_of_one_address_have_two_names(root: Path, path: str) -> None:
    def change(data: dict[str, Any], name: str) -> None:
        for entry in data["api_specifications"][:2]:
            entry |= {"method": "POST", "path": path, "status": "proposed", "endpoint": name}
        data["api_specifications"][1]["endpoint"] = "orders"

    assert "C18" in _with(root, lambda data: change(data, "orders"))
    assert "C18" not in _with(root, lambda data: change(data, "users"))


def test_two_programs_have_a_health_each(root: Path) -> None:
    elsewhere = [{"file": f"{root}/app/users.py", "line": 18}]
    assert "C18" not in _with(root, _twice(endpoint="Another list", evidence=elsewhere))

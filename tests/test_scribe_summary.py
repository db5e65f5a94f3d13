"""A model's summary of a synthesis: used where all it names is in the reports, else the rules'."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from tests.kit import CLI, SESSION, fill_in, waggle
from workers.agents.summary import Author, invented
from workers.phases.scribing import Request, scribe

pytestmark = pytest.mark.usefixtures("late_imports")

GROUNDED = "`cancel_order` lets anybody cancel any order; 1 finding is critical."
INVENTED = "`PaymentService` fails in app/payments.py, 17 times."


def saying(*answers: str) -> FunctionModel:
    """Return a model that gives one answer after another, the last one for good."""
    left = list(answers)

    def answer(_messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        text = left.pop(0) if len(left) > 1 else left[0]
        if not text:
            return ModelResponse(parts=[TextPart("All fine!")])
        return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, {"sentences": [text]})])

    return FunctionModel(answer, model_name="author")


@pytest.fixture
def accepted(set_up: Path) -> Path:
    fill_in(set_up, SESSION)
    assert waggle("backend", "--output", "--session", SESSION, cwd=set_up).returncode == 0
    return set_up


def summarised(root: Path, model: FunctionModel) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    answer = scribe(Request(root, SESSION, CLI, Author(model)))
    assert answer.status == "completed"
    return answer.fields["summary"], answer.problems


def test_a_grounded_summary_is_used_and_recorded(accepted: Path) -> None:
    summary, problems = summarised(accepted, saying(GROUNDED))
    assert (summary["by"], summary["text"], problems) == ("author", GROUNDED, [])
    session = accepted / "Docs/hive-mind/sessions" / SESSION
    assert GROUNDED in (session / "SYNTHESIS.md").read_text("utf-8")
    log = (session / "EVENTS.jsonl").read_text("utf-8").splitlines()
    assert '"action":"synthesis"' in log[-1]
    assert '"tokens_in":null' not in log[-1]
    # The same reports again: the model is not asked, and not a byte changes.
    again, problems = summarised(accepted, saying(INVENTED))
    assert (again, problems) == (summary, [])
    assert (session / "EVENTS.jsonl").read_text("utf-8").splitlines() == log


def test_what_is_invented_goes_back_to_the_model(accepted: Path) -> None:
    summary, problems = summarised(accepted, saying(INVENTED, GROUNDED))
    assert (summary["text"], problems) == (GROUNDED, [])


def test_a_summary_that_invents_for_good_is_not_used(accepted: Path) -> None:
    summary, problems = summarised(accepted, saying(INVENTED))
    assert summary["by"] == "rules"
    (problem,) = problems
    assert (problem["code"], problem["severity"]) == ("X12", "warning")
    for name in ("`PaymentService`", "app/payments.py", "17"):
        assert name in problem["message"]


def test_a_model_that_gives_no_summary_is_a_warning(accepted: Path) -> None:
    summary, problems = summarised(accepted, saying(""))
    assert summary["by"] == "rules"
    assert [one["code"] for one in problems] == ["X12"]


KNOWN = '{"title": "order_items.order_id has no index", "file": "app/orders.py:29", "total": 1204}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`order_items` has no index, see app/orders.py.", []),
        ("All 1,204 rows are read.", []),
        ("The state is bad, e.g. nobody asks who is calling.", []),
        ("`users` has no index.", ["`users`"]),
        ("See app/users.py.", ["app/users.py."]),
        ("orderTotal is wrong.", ["orderTotal"]),
        ("7 of them are critical.", ["7"]),
        ("BACKEND-CRIT-009 is worst.", ["BACKEND-CRIT-009"]),
        ("get_user() is slow.", ["get_user()"]),
    ],
)
def test_names_and_numbers_are_held_against_the_reports(text: str, expected: list[str]) -> None:
    assert [name.rstrip(".") for name in invented(text, KNOWN)] == [
        name.rstrip(".") for name in expected
    ]

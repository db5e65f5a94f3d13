"""The form of a Queen's plan, and its rules: workers exist, once each, and wait in no circle.

Imports Pydantic at its top: nobody imports this module but to plan or to follow a plan.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Assignment(BaseModel):
    """What one worker does."""

    model_config = ConfigDict(extra="forbid")

    worker: str = Field(description="name of a worker")
    focus: Text = Field(description="its part of the task, and where to look")
    priority: Literal["critical", "high", "medium", "low"]
    depends_on: list[str] = Field(default=[], description="workers whose reports it needs")
    rationale: Text = Field(description="why this worker")
    success_criteria: list[Text] = Field(min_length=1, max_length=20)


class Plan(BaseModel):
    """Who does what, in which order."""

    model_config = ConfigDict(extra="forbid")

    strategy: Literal["sequential", "parallel", "mixed"]
    strategy_reason: Text
    assignments: list[Assignment] = Field(min_length=1)

    @model_validator(mode="after")
    def _keeps_the_rules(self, info: ValidationInfo) -> Plan:
        broken = faults(self, info.context or {})
        if broken:
            raise ValueError("; ".join(broken))
        return self


class StoredPlan(Plan):
    """A plan as plan.json holds it; `planned_by` is a model, or `rules` and why."""

    schema_version: Literal[1] = 1
    session_id: str
    planned_by: str
    timestamp: str
    task: str


def faults(plan: Plan, context: dict[str, Any]) -> list[str]:
    """Return which rules a plan breaks, in words that a model repairs from.

    `context` has the names of the `workers`, those that come `last`, and `not_for`: for whom the
    task is not, with the reason.
    """
    known, last, not_for = (context.get(name, ()) for name in ("workers", "last", "not_for"))
    names = [one.worker for one in plan.assignments]
    there = ", ".join(known)
    broken = [f"there is no worker {name!r}, but: {there}" for name in names if name not in known]
    twice = sorted({name for name in names if names.count(name) > 1})
    broken += [f"{name} is assigned twice: make it one" for name in twice]
    broken += [f"the task is not for {name}: {not_for[name]}" for name in names if name in not_for]
    for assignment in plan.assignments:
        strangers = sorted(set(assignment.depends_on) - set(names))
        broken += [
            f"{assignment.worker} waits for {name!r}, which is not in the plan"
            for name in strangers
        ]
        if assignment.worker not in last:
            early = sorted(set(assignment.depends_on) & set(last))
            broken += [f"{name} comes last: {assignment.worker} cannot wait" for name in early]
    return broken or _circle(plan)


def order(plan: Plan) -> TopologicalSorter[str]:
    """Return the workers as graphlib sorts them, each after those it waits for."""
    return TopologicalSorter({one.worker: one.depends_on for one in plan.assignments})


def _circle(plan: Plan) -> list[str]:
    try:
        order(plan).prepare()
    except CycleError as error:
        return [f"these wait for each other: {' -> '.join(error.args[1])}"]
    return []

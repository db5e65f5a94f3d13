"""An instruction of the template is known by its mark, or as a long sentence word for word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.kit import BACKEND
from tests.planting import FILES, judge, lay_out
from workers.catalog import Worker, built_in
from workers.deliverables.kinds import KINDS
from workers.deliverables.template import VALUES, json_text, notes_template
from workers.delivery.outline import is_template_text, outline

if TYPE_CHECKING:
    from pathlib import Path

HONEST = [
    "404: no such user",
    "mean of the three",
    "the same for domain database",
    "text or object of texts",
    "its name",
    "as in a finding",
    "what undoes it",
    "measured, with its source, or remove",
    "rows of api_specifications",
    "schema, resolvers, batching, limits.",
    "entities, keys, constraints, normal form.",
    "resources, methods, status codes, pagination, versioning.",
    "The broker logs `FILL: 100@9.5` for every order.",
    "It prints 'FILL: 100@9.5'.",
    "On FILL: the position is updated.",
    "POST /orders/FILL:id",
    "The window function needs FILL(previous).",
]
LEFT = [
    "FILL",
    "FILL: its name",
    "**What:** FILL: one request",
    "- Description: FILL",
    "- FILL: rows",
    "> FILL: rows",
    "| API design | FILL: 7 |",
    "Overall: FILL: mean of the three",
    "three to six sentences: state of the backend, gravest finding, what to do first.",
]


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_text_may_read_like_the_template(text: str) -> None:
    assert not outline(BACKEND).is_instruction(text)


@pytest.mark.parametrize("text", LEFT)
def test_what_the_template_wrote_is_known(text: str) -> None:
    assert outline(BACKEND).is_instruction(text)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("worker", built_in(), ids=lambda worker: worker.name)
def test_every_mark_of_the_templates_is_known(worker: Worker, kind: str) -> None:
    if kind not in worker.kinds:
        pytest.skip(f"{worker.name} has no tasks of the kind {kind}")
    texts = [notes_template(worker, kind), json_text(worker, kind, **dict.fromkeys(VALUES, "x"))]
    for text in texts:
        for line in text.split("\n"):
            if "FILL:" in line:
                assert is_template_text(line.strip().strip('"')) or '"FILL: ' in line, line


def test_no_text_of_the_template_is_refused_for_its_words(root: Path) -> None:
    lay_out(root)
    file = root.parent / FILES[1]
    data = json.loads(file.read_text("utf-8"))
    for entry in data["api_specifications"]:
        entry["response_format"]["error_responses"] = ["404: no such user"]
    data["priority_actions"][0]["impact"] = "mean of the three"
    data["unresolved"] = ["open question, or remove"]
    file.write_text(json.dumps(data), "utf-8")
    notes = root.parent / FILES[0]
    text = notes.read_text("utf-8")
    more = "frequent queries, indexes used and missing, N+1.\n\n"
    notes.write_text(text.replace("Plain SQL, two steps;", f"{more}Plain SQL, two steps;"))
    assert [problem for problem in judge(root).problems if problem.code[0] == "S"] == []

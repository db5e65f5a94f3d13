"""Each decider on both samples: many ways to say what is so, none refuted; lies, all refuted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import PROJECT
from tests.paraphrases import FALSE, NEVER_REFUTED, TRUE
from tests.paraphrases.findings import ADDED
from tests.paraphrases.statement import Statement, of_finding, of_table
from workers.catalog import built_in
from workers.claims.ledger import DECIDERS, Decided, ledger
from workers.delivery.delivery import read_delivery
from workers.repository.repository import Repository

SAMPLES = {"python": "sample_service", "typescript": "sample_service_ts"}
TRUE_WAYS, FALSE_WAYS = 20, 10


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return copies of the samples, with the lines that some kinds need."""
    from shutil import copytree

    copies: dict[str, Path] = {}
    for name, folder in SAMPLES.items():
        root = tmp_path_factory.mktemp(name) / folder
        copytree(PROJECT / "tests" / folder, root)
        for file, text in ADDED.items() if name == "python" else ():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text, "utf-8")
        copies[name] = root
    return copies


def decide(root: Path, folder: Path, report: dict[str, Any]) -> tuple[Decided, ...]:
    notes, answer = folder / "notes.md", folder / "output.json"
    notes.write_text("# Notes\n")
    answer.write_text(json.dumps(report).replace("@ROOT@", str(root)))
    return ledger(read_delivery(built_in()[0], Repository(root), notes, answer))


def outcomes(
    samples: dict[str, Path], folder: Path, statements: list[Statement]
) -> list[tuple[Statement, list[Decided]]]:
    """Return each statement with what became of its claims; a sample's are one report."""
    answers = []
    for sample, root in samples.items():
        reports: dict[str, list[dict[str, Any]]] = {}
        own = [row for row in statements if row.sample == sample]
        for row in own:
            reports.setdefault(row.key, []).append(row.entry)
        every = decide(root, folder, reports)
        seen: dict[str, int] = {}
        for row in own:
            position = seen[row.key] = seen.get(row.key, -1) + 1
            above = f"/{row.key}/{position}"
            mine = [one for one in every if f"{one.claim.pointer}/".startswith(f"{above}/")]
            answers.append((row, mine))
    return answers


def told(rows: list[Decided]) -> list[str]:
    """Return what was said of claims, for a failing test."""
    return [
        f"{row.claim.kind} of {row.claim.subject}: {row.claim.says!r} is {row.verdict.outcome}"
        + (f" ({row.verdict.problem.message})" if row.verdict.problem else "")
        for row in rows
    ]


@pytest.mark.parametrize("kind", TRUE)
def test_what_is_so_is_refuted_in_no_words(
    samples: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    answers = outcomes(samples, tmp_path, TRUE[kind])
    refuted = [row for _, rows in answers for row in rows if row.verdict.outcome == "refuted"]
    assert told(refuted) == []
    weighed = [row for _, rows in answers for row in rows if row.claim.kind == kind]
    assert weighed, "no statement was a claim of its kind"


@pytest.mark.parametrize("kind", FALSE)
def test_what_is_not_so_is_refuted(samples: dict[str, Path], tmp_path: Path, kind: str) -> None:
    missed = [
        statement.entry if not rows else told(rows)
        for statement, rows in outcomes(samples, tmp_path, FALSE[kind])
        if not any(row.claim.kind == kind and row.verdict.outcome == "refuted" for row in rows)
    ]
    assert missed == []


def test_every_kind_is_said_in_enough_ways() -> None:
    # What changed since a base has scenarios of its own: benchmarks/changes.
    kinds = DECIDERS.keys() - {"implemented", "modified", "removed"}
    assert TRUE.keys() == kinds
    assert FALSE.keys() | NEVER_REFUTED.keys() == kinds
    assert not FALSE.keys() & NEVER_REFUTED.keys()
    few = {kind: len(rows) for kind, rows in TRUE.items() if len(rows) < TRUE_WAYS}
    few |= {kind: len(rows) for kind, rows in FALSE.items() if len(rows) < FALSE_WAYS}
    assert few == {}


def test_both_samples_are_spoken_of() -> None:
    assert {row.sample for rows in TRUE.values() for row in rows} == SAMPLES.keys()
    assert {row.sample for rows in FALSE.values() for row in rows} == SAMPLES.keys()


@pytest.mark.parametrize("columns", [None, [], 5, {}, [{}], [None], [["user_id"]]])
def test_an_index_without_columns_is_undecided(
    samples: dict[str, Path], tmp_path: Path, columns: Any
) -> None:
    row = {"name": "ix_orders_user_id"} if columns is None else {"name": "i", "columns": columns}
    ((_, rows),) = outcomes(samples, tmp_path, [of_table("orders", indexes=[row])])
    assert {one.verdict.outcome for one in rows if one.claim.kind == "index"} <= {"undecided"}


TEXTS = st.one_of(
    st.text(max_size=30),
    st.text("`\"'()[]{}<>.,;:*+?\\\\|^$#/-_ \n\x00 aé1", max_size=40),
    st.sampled_from(
        ["", " ", "null", "((((", "[" * 50, "a" * 5000, "1" * 400, ".x", "^", "\ud800"]
    ),
)
VALUES = st.recursive(
    st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(TEXTS, inner, max_size=2)),
    max_leaves=3,
)
SEEDS = [
    of_table(
        "orders",
        columns=[
            {
                **dict.fromkeys(("name", "constraints"), "user_id"),
                **dict.fromkeys(("type", "nullable", "primary_key"), "bigint"),
                **dict.fromkeys(("unique", "references", "default"), "users"),
            }
        ],
        indexes=[{"name": "i", "columns": ["user_id"], "unique": True}],
        relationships=[{"type": "MANY_TO_ONE", "related_table": "users", "foreign_key": "user_id"}],
    ),
    TRUE["success_status"][0],
    *(
        of_finding(
            "python",
            kind,
            table="orders",
            columns=["user_id"],
            method="GET",
            path="/users",
            file="app/users.py",
            line=1,
            name="fastapi",
            version="0.115",
        )
        for kind in DECIDERS
        if kind.startswith(("missing", "n_plus", "unb", "plain", "secret", "irr", "dep", "stated"))
    ),
]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) below a value."""
    rows = value.items() if isinstance(value, dict) else enumerate(value)
    below = [(value, key) for key, _ in rows]
    inner = [row for _, row in (value.items() if isinstance(value, dict) else enumerate(value))]
    return below + [place for row in inner if isinstance(row, dict | list) for place in places(row)]


@pytest.mark.filterwarnings("ignore:The recursion limit")  # a map raises it, once
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_text_in_any_field_makes_a_decider_raise(
    samples: dict[str, Path], tmp_path: Path, data: st.DataObject
) -> None:
    report: dict[str, list[dict[str, Any]]] = {}
    for seed in SEEDS:
        entry = json.loads(json.dumps(seed.entry))
        for _ in range(data.draw(st.integers(0, 3))):
            container, key = data.draw(st.sampled_from(places(entry)))
            container[key] = data.draw(VALUES)
        report.setdefault(seed.key, []).append(entry)
    decide(samples["python"], tmp_path, report)

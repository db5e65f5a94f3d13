"""Whom a task is for, and who waits for whom: the words of the workers' own folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import users_workers
from tests.kit import document, waggle
from workers.hive.queen import plan_by_rule
from workers.hive.routing import routes

if TYPE_CHECKING:
    from pathlib import Path

# Tasks as people write them, and whom they are for.
TASKS = {
    "Audit the order service: endpoints, tables, what is unsafe.": "backend",
    "Find out which queries of the API are missing an index": "backend",
    "Implement dark mode on the settings page": "frontend",
    "Check the accessibility of the React components (WCAG 2.2)": "frontend designer",
    "Compare the alternatives to Redis and recommend one": "researcher",
    "Which tests are flaky, and what is the coverage?": "test",
    "Look for OWASP Top 10 vulnerabilities": "analyzer",
    "Harden the Docker images and the CI pipeline": "devops",
    "Write an ADR about splitting the monolith into modules": "architect",
    "Review the API endpoints and say which tests are missing": "backend test",
    "Fix the css of the login page; the endpoint is right": "frontend backend",
    "Deploy the API with Kubernetes": "backend devops",
}


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_routed_by_its_words(root: Path, task: str) -> None:
    chosen = {row.worker.name for row in routes(task, root) if row.is_for}
    assert chosen == set(TASKS[task].split())


def test_what_is_made_is_made_in_turn_and_tested_last(root: Path) -> None:
    task = "Design and implement a wishlist: an API endpoint, a React page, and unit tests"
    plan = {one.worker: set(one.depends_on) for one in plan_by_rule(task, root).assignments}
    assert plan == {
        "architect": set(),
        "backend": {"architect"},
        "frontend": {"architect", "backend"},
        "test": {"architect", "backend", "frontend"},
    }


def test_what_is_only_looked_at_needs_nobody_before_it(root: Path) -> None:
    task = "Audit the architecture, the endpoints and the React pages"
    plan = {one.worker: one.depends_on for one in plan_by_rule(task, root).assignments}
    assert plan == {"architect": [], "backend": [], "frontend": []}


def test_a_worker_of_ones_own_says_what_is_not_for_it(root: Path) -> None:
    folder = users_workers.add(root, "billing", words=["invoice"])
    file = folder / "worker.toml"
    file.write_text(
        f"{file.read_text('utf-8')}\n[not_for]\nbackend = ['endpoint', 'sql']\n", "utf-8"
    )
    run = waggle("route", "--task", "An SQL endpoint for each invoice", "--json", cwd=root)
    (row,) = [one for one in document(run)["routes"] if one["worker"] == "billing"]
    assert row["for_it"] is False
    assert row["reason"] == "for others: endpoint, sql (backend)"


def test_a_task_without_a_telling_word_goes_by_the_files(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("", "utf-8")
    chosen = [row for row in routes("Make it nice", tmp_path) if row.is_for]
    assert [(row.worker.name, row.reason) for row in chosen] == [
        ("devops", "the repository holds: .tf")
    ]


def test_a_task_of_which_nothing_is_known_goes_to_the_first(tmp_path: Path) -> None:
    assert [row.worker.name for row in routes("Hm", tmp_path) if row.is_for] == ["backend"]

"""Claims of the kinds of entries: what decides them, beside what test_workers_judged plants."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import PROJECT
from workers.catalog import worker_called
from workers.claims.ledger import Decided, ledger
from workers.delivery.delivery import Delivery, read_delivery
from workers.repository.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("analyzer", "devops", "architect")
WORKERS_FOLDER = PROJECT / "tests" / "workers"


def delivery_of(folder: Path, worker: str) -> Delivery:
    """Read a worker's honest report of its service."""
    root = folder / "service"
    if not root.exists():
        shutil.copytree(WORKERS_FOLDER / worker / "service", root)
    files = []
    for name in (f"{worker}_notes.md", f"{worker}_output.json"):
        text = (WORKERS_FOLDER / worker / "honest" / name).read_text("utf-8")
        (folder / name).write_text(text.replace("@ROOT@", str(root)), "utf-8")
        files.append(folder / name)
    return read_delivery(worker_called(worker, None), Repository(root), files[0], files[1])


def refuted(delivery: Delivery) -> list[Decided]:
    return [row for row in ledger(delivery) if row.verdict.outcome == "refuted"]


def codes(rows: list[Decided]) -> list[str]:
    return sorted({row.verdict.problem.code if row.verdict.problem else "" for row in rows})


@pytest.mark.parametrize("worker", NAMES)
def test_an_honest_report_has_no_claim_refuted(tmp_path: Path, worker: str) -> None:
    delivery = delivery_of(tmp_path, worker)
    assert codes(refuted(delivery)) == []
    warned = [row for row in ledger(delivery) if row.verdict.problem and row.claim.kind != "name"]
    assert codes(warned) == []
    confirmed = [row for row in ledger(delivery) if row.verdict.outcome == "confirmed"]
    assert len(confirmed) >= 5


WORKFLOW = """\
jobs:
  test:
    name: ${{ matrix.name }}
    steps: [{run: a}]
  build:
    name: "Build: ${{ matrix.os }}"
    needs: [test]
    steps: [{run: a}, {run: b}]
  upload:
    name: "Build: upload"
    needs: [build]
    steps: [{run: a}, {run: b}, {run: c}]
"""
SAME_IMAGE = """\
services:
  one:
    image: acme/web:2
    healthcheck: {test: x}
  two:
    image: acme/web:2
"""


def decided(folder: Path, key: str, row: dict[str, Any]) -> list[tuple[str, str]]:
    """Return kind and outcome of the claims of a row about two files."""
    root = folder / "repository"
    (root / ".github/workflows").mkdir(parents=True)
    (root / ".github/workflows/ci.yml").write_text(WORKFLOW)
    (root / "compose.yaml").write_text(SAME_IMAGE)
    (folder / "notes.md").write_text("# Notes\n")
    (folder / "output.json").write_text(json.dumps({key: [row]}))
    files = (folder / "notes.md", folder / "output.json")
    delivery = read_delivery(worker_called("devops", None), Repository(root), *files)
    return [(row.claim.kind, row.verdict.outcome) for row in ledger(delivery)]


@pytest.mark.parametrize(
    ("job", "outcomes"),
    [
        ({"name": "Unit tests"}, {"job": "undecided"}),  # what the expression says is not known
        ({"name": "Build: linux", "steps": 2}, {"job": "confirmed", "job_steps": "confirmed"}),
        ({"name": "Build: upload", "steps": 3}, {"job": "confirmed", "job_steps": "confirmed"}),
        ({"name": "upload", "needs": ["Build: mac"]}, {"job_needs": "confirmed"}),
        ({"name": "upload", "steps": 2}, {"job_steps": "refuted"}),
        ({"name": "upload", "needs": ["test"]}, {"job_needs": "refuted"}),
    ],
)
def test_a_job_by_what_it_is_called(
    tmp_path: Path, job: dict[str, Any], outcomes: dict[str, str]
) -> None:
    row = {"name": "CI", "status": "existing", "file": ".github/workflows/ci.yml", "jobs": [job]}
    assert outcomes.items() <= dict(decided(tmp_path, "pipelines", row)).items()


@pytest.mark.parametrize("healthcheck", [True, False])
def test_two_containers_of_an_image_may_differ(tmp_path: Path, healthcheck: bool) -> None:
    row = {"image": "acme/web", "status": "existing", "file": "compose.yaml", "tag": "2"}
    row |= {"healthcheck": healthcheck}  # type: ignore[dict-item]
    assert dict(decided(tmp_path, "container_images", row))["healthcheck"] == "undecided"


SHOP = {
    "go.mod": "module example.com/shop\n",
    "store/rows.go": 'package store\nimport "example.com/shop/money"\n',
    "money/sum.go": "package money\n",
    "web/package.json": '{"name": "@shop/web"}',
    "web/src/page.ts": "import {a} from './a';\n",
    "web/src/a.ts": "export const a = 1;\n",
    "jvm/src/main/java/com/shop/Cart.java": "package com.shop;\nimport com.shop.pay.Card;\n",
    "jvm/src/main/java/com/shop/pay/Card.java": "package com.shop.pay;\n",
    "one/util/x.py": "import two.util.y\n",
    "two/util/y.py": "",
}


@pytest.mark.parametrize(
    ("path", "other", "outcomes"),
    [
        ("example.com/shop/store", "money", ("confirmed", "confirmed")),
        ("store/rows.go", "example.com/shop/money", ("confirmed", "confirmed")),
        ("money", "store", ("confirmed", "refuted")),
        ("@shop/web", "web/src/a.ts", ("confirmed", "confirmed")),
        ("com.shop.pay", "com.shop", ("confirmed", "undecided")),  # may share a package
        ("com.shop", "com.shop.pay", ("confirmed", "confirmed")),
        ("com/shop/Cart.java", "com.shop.pay", ("confirmed", "confirmed")),
        ("one.util", "two.util", ("confirmed", "confirmed")),
        ("util", "two", ("refuted", "undecided")),  # two folders are called so
        ("store", "payments/", ("confirmed", "undecided")),
        ("store", "app/payments", ("confirmed", "refuted")),
    ],
)
def test_a_module_by_its_names(
    tmp_path: Path, path: str, other: str, outcomes: tuple[str, str]
) -> None:
    root = tmp_path / "repository"
    for name, text in SHOP.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    row = {"path": path, "status": "existing", "depends_on": [other]}
    (tmp_path / "notes.md").write_text("# Notes\n")
    (tmp_path / "output.json").write_text(json.dumps({"module_dependencies": [row]}))
    files = (tmp_path / "notes.md", tmp_path / "output.json")
    delivery = read_delivery(worker_called("architect", None), Repository(root), *files)
    kinds = {"module", "depends_on"}
    judged = [row for row in ledger(delivery) if row.claim.kind in kinds]
    assert tuple(row.verdict.outcome for row in judged) == outcomes

"""What the phases answer on a small service of our own, in a folder that is gone afterwards.

Paths, commands and times are replaced by usual ones, so that the sizes are the same everywhere.
"""

from __future__ import annotations

import json
import os
import shlex
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.session import open_session
from workers.brief import brief, packed
from workers.catalog import built_in
from workers.deliverables import profile_of
from workers.deliverables.kinds import ANALYSIS
from workers.invocation import program_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.catalog import Worker
    from workers.contract import WorkerOutput

ROOT = "/home/somebody/work/shop"
SESSION = "2026-01-31-09-00-audit-orders"
TASK = "Audit the orders."
_SERVICE = {
    "requirements.txt": "fastapi\npsycopg\n",
    "app/main.py": """\
from fastapi import Depends, FastAPI

from app.users import signed_in

app = FastAPI()


@app.get("/api/v1/orders", dependencies=[Depends(signed_in)])
def list_orders(limit: int = 50):
    return db.fetch("SELECT id, total FROM orders LIMIT %s", limit)


@app.delete("/api/v1/orders/{order_id}")
def cancel_order(order_id: int):
    db.execute("DELETE FROM orders WHERE id = %s", order_id)
""",
    "migrations/001_orders.sql": """\
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL,
    total integer NOT NULL
);
""",
}


class Sized(NamedTuple):
    """An answer, and how many characters an agent reads of it beside its task."""

    worker: Worker
    kind: str
    phase: int
    characters: int


def answers(program: Path, command: str) -> list[Sized]:
    """Measure phase 1 of all workers, and an accepted phase 3 of those with a report by rule."""
    with _service() as root:
        return [one for worker in built_in() for one in _of_worker(worker, root, program, command)]


@contextmanager
def _service() -> Iterator[Path]:
    """Offer the service; maps of it are kept beside it, not with the user's."""
    name = "XDG_CACHE_HOME"
    before = os.environ.get(name)
    with TemporaryDirectory() as folder:
        root = Path(folder) / "shop"
        for path, text in _SERVICE.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        os.environ[name] = f"{folder}/cache"
        try:
            yield root
        finally:
            del os.environ[name]
            if before is not None:
                os.environ[name] = before


def _of_worker(worker: Worker, root: Path, program: Path, command: str) -> Iterator[Sized]:
    from workers.phases.finish import Request, finish
    from workers.phases.prepare import Order, prepare
    from workers.phases.run import REPORTS_BY_RULE

    words = {str(root): ROOT, shlex.join(program_words(program)): command}
    for kind in worker.kinds:
        session = f"{SESSION}-{kind}"
        order = Order(worker, root, program, session, TASK.encode(), kind=kind)
        yield Sized(worker, kind, 1, _characters(prepare(order), words))
        rules = profile_of(worker, kind).rules if kind == ANALYSIS else None
        if rules is not None:
            module = import_module(REPORTS_BY_RULE[rules])
            module.write_report(open_session(root, session), worker)
            judged = finish(Request(worker, root, program), session)
            if judged.status == "completed":
                yield Sized(worker, kind, 3, _characters(judged, words))


def _characters(output: WorkerOutput, words: dict[str, str]) -> int:
    output.metrics["seconds"] = 0.123
    text = json.dumps(output.document())
    for ours, usual in words.items():
        text = text.replace(ours, usual)
    document: dict[str, Any] = json.loads(text)
    task = len(json.dumps(document["config"].get("queen_prompt", "")))
    return len(packed(brief(document))) - task

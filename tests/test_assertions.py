"""What is denied, supposed or advised claims no existence; what is asserted does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.kit import copy_sample
from tests.test_cheats import Report, prose, written
from workers.review.checks.assertions import is_asserted

if TYPE_CHECKING:
    from pathlib import Path

ROUTERS = "The routers are included in `app/main.py:12`."
SILENT = [
    "There is no `rate_limiter` anywhere.",
    "There is no\n`rate_limiter`, and nothing like it.",
    "`statement_timeout` is not set.",
    "`SetMaxOpenConns` is never called.",
    "`GIN_MODE` isn't set, so the server prints every route.",
    "A `page_size` would bound it.",
    "Missing:\n\n- `page_size`\n- `next_cursor`",
    "Add `page_size` to the query.",
    "Consider `SetMaxOpenConns`.",
    "Without `page_size` the list grows.",
    "The list lacks `page_size`.",
    "`page_size` could be capped at 200.",
    "Es gibt kein `rate_limiter`.",
    "`statement_timeout` ist nicht gesetzt.",
    "Ein `page_size` würde die Liste begrenzen.",
    "Es fehlt `page_size`.",
    "Il n'y a pas de `rate_limiter`.",
    "Il manque `page_size`.",
    "`page_size` serait utile.",
    "No hay `rate_limiter`.",
    "It raises `TypeError` and `asyncio.TimeoutError`, and calls `JSON.stringify()`.",
    "The document is served at `/swagger/v1/swagger.json`.",
    "It answers `/permissions/{id}` and `/orders/list.json`.",
    "The class is `flask_appbuilder/security/manager.py`.",
    "It is built into `dist/app/main.js`.",
    "Both use `main.py` and `routes/../app.py`.",
    "Missing: `page_size`; `next_cursor`; both in every list.",
    "没有 `rate_limiter`。",
]
WARNED = {
    "`get_curent_user()` asks who is calling.": "K14",
    "The token is read by `TokenReader`.": "K14",
    "Orders are kept in `app/order_store.py`.": "K13",
    "There is no limit. The token is read by `TokenReader`.": "K14",
    "Plain SQL (`app/order_store.py`), two steps; the second has no way back.": "K13",
    "Der Schlüssel kommt aus `read_secret_key`.": "K14",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sample(tmp_path_factory.mktemp("assertions"))


@pytest.mark.parametrize("text", SILENT)
def test_what_is_not_asserted_draws_no_warning(service: Path, text: str) -> None:
    judged = written(Report(parts=prose(f"{ROUTERS}\n\n### Notes\n\n{text}")), service)
    assert judged.accepted
    assert not {"K13", "K14"} & {one.code for one in judged.problems}


@pytest.mark.parametrize("text", WARNED)
def test_what_is_asserted_and_stands_nowhere_is_warned_of(service: Path, text: str) -> None:
    judged = written(Report(parts=prose(f"{ROUTERS}\n\n### Notes\n\n{text}")), service)
    assert judged.accepted
    assert {one.code for one in judged.problems} & {"K13", "K14"} == {WARNED[text]}


@pytest.mark.parametrize(
    "text", ["a" * 60_000, "an'" * 20_000, "z'd" * 20_000], ids=["a", "n", "d"]
)
def test_a_long_word_costs_little(text: str) -> None:
    """A pattern that begins anywhere in a word would take the square of its length."""
    start = time.process_time()
    is_asserted(text, 0)
    assert time.process_time() - start < 5


def test_a_text_of_many_names_is_gone_through_once() -> None:
    text = "It calls `a_b` and " * 8_000
    start = time.process_time()
    assert all(is_asserted(text, at) for at in range(0, len(text), 19))
    assert time.process_time() - start < 5

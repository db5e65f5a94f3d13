"""Fixtures for all tests: a clean environment, a copy of the sample service, a session."""

from __future__ import annotations

import gc
import itertools
import math
import os
import signal
import sys
from collections.abc import Generator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from pydantic_ai import models

from tests.kit import CLI, SESSION, TASK, copy_sample
from tests.warm import import_late
from workers.catalog import built_in
from workers.phases.prepare import Order, prepare

# No test reaches a model, whatever the machine is logged in to.
models.ALLOW_MODEL_REQUESTS = False

# The ordinary run tries the same inputs every time: a commit is green or it is not. `make slow`
# looks for new ones, with --hypothesis-profile random.
settings.register_profile("same", derandomize=True, max_examples=40, deadline=None, database=None)
settings.register_profile("random", max_examples=400, deadline=None)
settings.load_profile("same")


# Modules whose tests each start many processes: one test in so many is enough for every day, chosen
# by its name; `make slow` runs the others. By what they take of the whole, in CPU time.
_EVERY_NTH = {
    8: "proofs_running change_runs scribe workers documents run judge_dies gates",
    6: "changes_scenarios gate providers publish first_hour ci client_hooks bad_citations",
    4: "stacks install deliveries meant workers_judged proposed_sql cache bad_disk bad_environment"
    " bad_json bad_notes base cli artefacts publish_linear brief",
    3: "queen survey proving protocols proofs_sandbox serve report_formats mcp",
    2: "paraphrases silences special_files interrupt witness proofs_ended confined_writes removal"
    " upkeep correlation handoffs opinion mcp_clients users_workers report_html bad_tasks"
    " mcp_versions notations sessions archives names carrying wheel",
}
THINNED = {f"test_{name}": n for n, names in _EVERY_NTH.items() for name in names.split()}


# As cli.py does: among a million objects that stay, looking for garbage is most of the work.
gc.set_threshold(200_000, 10, 10)

_TAKEN = pytest.StashKey[str]()  # what is left to `make slow`, or the part of it that is run


# A suite that runs in the background inherits ignored signals, and would hand them on to what it
# starts: then nothing could be ended.
for _number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run of the slow cases take a part of them."""
    parser.addoption("--share", type=float, default=1, help="of the slow cases of each test")
    parser.addoption("--seed", default="1", help="which cases a share takes")


def _cases(items: list[pytest.Item], marker: str) -> list[list[pytest.Item]]:
    """Return the cases with a marker, test by test."""
    marked = [item for item in items if item.get_closest_marker(marker)]
    tests = itertools.groupby(marked, lambda item: item.nodeid.partition("[")[0])
    return [list(cases) for _, cases in tests]


def _thinned(items: list[pytest.Item]) -> list[tuple[int, list[pytest.Item]]]:
    """Return the tests of each module of THINNED that are of every day, and one in how many."""
    ours = [item for item in items if not item.get_closest_marker("slow")]
    modules = itertools.groupby(ours, lambda item: item.path.stem)
    return [(THINNED[name], list(tests)) for name, tests in modules if name in THINNED]


def _part(cases: list[pytest.Item], share: float, seed: str = "") -> set[pytest.Item]:
    """Return a share of a test's cases, one at least, as their names and the seed rank them."""
    ranked = sorted(cases, key=lambda item: sha256(f"{seed} {item.name}".encode()).digest())
    return {*ranked[: math.ceil(len(ranked) * share)]}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what is compiled, for the next process reads it; look for no garbage in what stays."""
    keeps_no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        sys.dont_write_bytecode = keeps_no_bytecode


@pytest.hookimpl(tryfirst=True)  # before those are left out that are slow
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is not in the sample of its test to `make slow`; of all slow take a --share.

    What has a snapshot is skipped and not left out: it is known then, and no snapshot is unused.
    """
    share, seed = config.option.share, config.option.seed
    slow = [] if share == 1 else _cases(items, "slow")
    samples = [
        (marker.args[0], cases)
        for cases in _cases(items, "sampled")
        if (marker := cases[0].get_closest_marker("sampled"))
    ]
    is_every_day = config.option.markexpr == "not slow"
    later = set()
    for one_in, tests in [*samples, *_thinned(items)]:
        left = {*tests} - _part(tests, 1 / one_in)
        slow.append([test for test in tests if test in left])
        later |= left
        for item in left:
            item.add_marker(pytest.mark.skip("in make slow") if is_every_day else "slow")
    if is_every_day and later:
        left_out = {item for item in later if "snapshot" not in getattr(item, "fixturenames", ())}
        config.stash[_TAKEN] = f"{len(later)} cases of what is sampled are left to `make slow`"
        _leave_out(config, items, left_out)
    if share < 1:
        left_out = {item for cases in slow for item in {*cases} - _part(cases, share, seed)}
        count = len({item for cases in slow for item in cases})
        taken = f"{count - len(left_out)} of {count} slow cases"
        config.stash[_TAKEN] = f"seed {seed}: {taken}, a share of {share:g} of each test's"
        _leave_out(config, items, left_out)


def _leave_out(config: pytest.Config, items: list[pytest.Item], left_out: set[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=[*left_out])
    items[:] = [item for item in items if item not in left_out]


# Where tests run in processes beside it, the one that reports has collected nothing itself.
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["taken"] = session.config.stash.get(_TAKEN, "")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[_TAKEN] = getattr(node, "workeroutput", {}).get("taken", "")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if taken := config.stash.get(_TAKEN, ""):
        terminalreporter.write_line(taken)


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where maps are kept, not among the user's own."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, cache_home: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_home))
    for name in list(os.environ):
        if name.startswith(("WAGGLE", "CLAUDE", "ANTHROPIC", "OPENAI", "OTEL")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def late_imports() -> None:
    """Import here what a judge in a child of this process would import again each time."""
    import_late()


@pytest.fixture
def share(request: pytest.FixtureRequest) -> float:
    """What part of its own cases a slow test takes that loops over them: --share."""
    part: float = request.config.option.share
    return part


@pytest.fixture
def loopback_models() -> Iterator[None]:
    """Let models be asked, in a test whose every model is a stub or on the loopback."""
    with models.override_allow_model_requests(True):  # noqa: FBT003 - Pydantic AI's form
        yield


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository: the sample service."""
    return copy_sample(tmp_path)


@pytest.fixture
def set_up(root: Path) -> Path:
    """A repository in which phase 1 was run."""
    prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
    return root


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which phase 1 was run, shared by the tests of a module."""
    root = copy_sample(tmp_path_factory.mktemp("shared"))
    prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
    return root

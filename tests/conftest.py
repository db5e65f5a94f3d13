"""Fixtures for all tests: a clean environment, a copy of the sample service, a session."""

from __future__ import annotations

import os
import signal
import zlib
from collections.abc import Iterator
from pathlib import Path

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


# A suite that runs in the background inherits ignored signals, and would hand them on to what it
# starts: then nothing could be ended.
for _number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)


@pytest.hookimpl(tryfirst=True)  # before those are left out that are slow
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is not in the sample of its test to `make slow`.

    It is skipped and not left out: what has a snapshot is known then, and no snapshot is unused.
    """
    is_every_day = config.option.markexpr == "not slow"
    for item in items:
        sampled = item.get_closest_marker("sampled")
        if sampled and zlib.crc32(item.name.encode()) % sampled.args[0]:
            item.add_marker(pytest.mark.skip("in make slow") if is_every_day else "slow")


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

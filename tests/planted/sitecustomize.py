"""Plants a fault in whatever Python starts with this folder on its path: WAGGLE_PLANTED names it.

The program has no switch for its own faults. This folder comes first on PYTHONPATH, so that the
interpreter imports this file, in the program and in all that it starts.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def _raises(_delivery: Any) -> Iterator[Any]:
    raise RuntimeError("planted")


def _crashes(_delivery: Any) -> Iterator[Any]:
    os.kill(os.getpid(), signal.SIGSEGV)
    return iter(())


def _is_killed(_delivery: Any) -> Iterator[Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    return iter(())


def _hangs(_delivery: Any) -> Iterator[Any]:
    while True:
        pass


def _sleeps(_delivery: Any) -> Iterator[Any]:
    time.sleep(600)
    return iter(())


def _hoards(_delivery: Any) -> Iterator[Any]:
    hoard = [bytes(64 << 20) for _ in range(1000)]  # asked for, and never touched
    return iter(hoard[:0])


CHECKS = {
    "raises": _raises,
    "crashes": _crashes,
    "killed": _is_killed,
    "hangs": _hangs,
    "sleeps": _sleeps,
    "hoards": _hoards,
}


def _add_check(module: Any) -> None:
    module.CHECKS = (CHECKS[os.environ["WAGGLE_PLANTED"]], *module.CHECKS)


def _lift_limits(module: Any) -> None:
    """Let every block through to its parser."""
    module.over_block = lambda _language, _text: None


def _break_decider(module: Any) -> None:
    """Let one decider raise, as a fault of ours would."""

    def raises(_ground: Any, _claim: Any) -> Any:
        raise RuntimeError("planted")

    module.DECIDERS["endpoint"] = raises


def _patched() -> tuple[str, Callable[[ModuleType], None]]:
    if os.environ["WAGGLE_PLANTED"] == "no limits":
        return "sessions.bounds", _lift_limits
    if os.environ["WAGGLE_PLANTED"] == "decider":
        return "workers.claims.ledger", _break_decider
    return "workers.review.checks", _add_check


class _Planter(importlib.abc.MetaPathFinder):
    """Changes a module once it is loaded."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        planted, change = _patched()
        if name != planted:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            raise ImportError(name)
        execute = spec.loader.exec_module

        def and_change(module: ModuleType) -> None:
            execute(module)
            change(module)

        spec.loader.exec_module = and_change  # type: ignore[method-assign]
        return spec


if os.environ.get("WAGGLE_PLANTED"):
    sys.meta_path.insert(0, _Planter())

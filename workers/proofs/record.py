"""What is recorded of a proof: how its runs ended, on which tree, and in which box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from workers.proofs.counts import Counts

PASSED, FAILED, TIMED_OUT = "passed", "failed", "timed_out"
NO_TESTS, TOO_FEW, NOT_RUN = "no_tests", "too_few", "not_run"
STATUSES = (PASSED, FAILED, TIMED_OUT, NO_TESTS, TOO_FEW, NOT_RUN)
MOST_NAMES = 100


class Run(NamedTuple):
    """One run: `cases` are all tests by name where JUnit XML names them, else None.

    `cause` is how it ended: `exited`, `time`, `disk` (it wrote too much), `lost`, `box` (that did
    not start). `uncovered` is None where nothing was measured.
    """

    cause: str
    exit_code: int | None
    counts: Counts
    failing: frozenset[str]
    cases: dict[str, str] | None
    seconds: float
    text: str
    metrics: dict[str, dict[str, Any]]
    uncovered: dict[str, list[int]] | None = None
    unmeasured: tuple[str, ...] = ()
    coverage_from: str | None = None

    @property
    def is_failure(self) -> bool:
        """Tell whether it ended by itself, and not well."""
        return self.cause == "exited" and (self.exit_code != 0 or bool(self.counts.failed))

    @property
    def outcome(self) -> tuple[object, ...]:
        """Return what must be the same in a second run."""
        return self.cause, self.exit_code, self.counts, self.failing

    def document(self) -> dict[str, Any]:
        """Return exit code, counts and names, ready for JSON."""
        return {
            "exit_code": self.exit_code,
            **self.counts._asdict(),
            "failing": bounded(self.failing),
        }


class Record(NamedTuple):
    """A proof's record, see `prove`.

    `passed`, `failed` and `skipped` are null where nobody counted. `failing` names tests that
    failed, `added` counts tests that the base has not, `missing_at_worker` names those that do not
    run with the worker's own protected and pinned files, `only_with_workers` those that pass with
    these alone. `isolated` is false where a run without a box imported from the user's own tree.
    """

    name: str | None
    command: str
    locked: bool
    definition: str | None
    tree: str
    status: str
    exit_code: int | None
    passed: int | None
    failed: int | None
    skipped: int | None
    failing: list[str]
    added: int | None
    seconds: float
    sandbox: str
    isolated: bool
    put_back: list[str]
    with_workers_files: dict[str, Any] | None
    missing_at_worker: list[str]
    only_with_workers: list[str]
    at_base: dict[str, Any] | None
    rerun: dict[str, Any] | None
    flaky: bool
    environment: bool
    metrics: dict[str, dict[str, Any]]
    uncovered_lines: dict[str, list[int]] | None
    unmeasured_files: list[str]
    coverage_from: str | None
    notes: list[str]
    output: str | None

    def document(self) -> dict[str, Any]:
        """Return the record, ready for JSON."""
        return self._asdict()


def bounded(names: frozenset[str] | set[str] | list[str]) -> list[str]:
    """Return names in order, as many as a record holds."""
    return sorted(names)[:MOST_NAMES]


def status_of(run: Run, min_tests: int) -> str:
    """Return what a run comes to; one that counts no test is no pass, unless none is asked for."""
    if run.cause == "time":
        return TIMED_OUT
    if run.cause in {"lost", "box"}:
        return NOT_RUN
    ran = run.counts.ran
    if run.is_failure or run.cause == "disk":
        return NO_TESTS if ran == 0 and min_tests else FAILED
    if not min_tests:
        return PASSED
    if not ran:
        return NO_TESTS
    return PASSED if ran >= min_tests else TOO_FEW

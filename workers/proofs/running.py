"""Runs a proof as often as it takes to know what its result means, and records it.

A locked proof runs on the worker's tree with the base's protected and pinned files; where the
worker changed these, on the worker's as well. One that fails runs once more, then on the base.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import NotReadable, escaped
from sessions.files import make_folder, read_regular, write_atomic
from sessions.secrets import redacted
from workers.proofs import sandbox
from workers.proofs.copying import NOTHING, Overlay, clean_copy, leads_back, prefix_of
from workers.proofs.counts import Counts, failing_names, read_counts
from workers.proofs.covering import uncovered
from workers.proofs.junit import read_report
from workers.proofs.pinning import put_back
from workers.proofs.processes import Limits, run
from workers.proofs.record import NO_TESTS, TOO_FEW, Record, Run, bounded, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sessions.snapshots import Snapshots
    from workers.proofs.definitions import Proof
    from workers.proofs.sandbox import Place

METRICS_BYTES = 64 * 1024
MOST_METRICS = 100
MOST_CHANGED = 300
_LINE_CHARACTERS = 200
_BOX_FAILED = "bwrap: "
_CAUSES = {
    "time": "it was ended at its timeout, with all that it had started",
    "disk": "it was ended, or came to nothing, since it wrote too much",
    "lost": "it was ended from outside",
    "box": "the sandbox did not start for it: see the output",
}


class Order(NamedTuple):
    """What is to be proved: on which tree, since which base, and where the output goes.

    `at_base` asks for a run on the base's tree also where nothing failed: it tells what was added.
    """

    snapshots: Snapshots
    base: str
    tree: str
    proof: Proof
    output: Path
    at_base: bool = False
    on_progress: Callable[[float, str], None] | None = None


class _Runs(NamedTuple):
    """The runs of a proof: as it is judged, again, with the worker's files, on the base's tree."""

    main: Run
    again: Run | None
    theirs: Run | None
    at_base: Run | None

    @property
    def fullest(self) -> Run:
        """Return the run with every test that the worker wrote."""
        return self.theirs or self.main


def prove(order: Order) -> Record:
    """Run a proof and return its record; the output is in the order's file.

    Raises WaggleError where no copy can be made. Who may run it is asked before: see `allowing`.
    """
    proof = order.proof
    overlay = NOTHING
    if proof.is_locked:
        overlay = put_back(order.snapshots, order.base, order.tree, proof)
    main, isolated = _run(order, order.tree, overlay)
    again = theirs = at_base = None
    if overlay.paths:
        theirs, _ = _run(order, order.tree, NOTHING)
    if proof.is_locked and main.is_failure:
        again, _ = _run(order, order.tree, overlay)
    is_firm = main.is_failure and again is not None and again.outcome == main.outcome
    if proof.is_locked and (is_firm or order.at_base or main.metrics):
        at_base, _ = _run(order, order.base, NOTHING)
    runs = _Runs(main, again, theirs, at_base)
    _write(order, runs, overlay)
    return _record(order, runs, overlay, isolated=isolated)


def run_once(
    proof: Proof,
    place: Place,
    cwd: str,
    changed: Mapping[str, range | set[int]] | None = None,
    on_progress: Callable[[float, str], None] | None = None,
) -> Run:
    """Run a proof's command in a copy and return what came of it; `cwd` is relative to the top.

    `changed` are the lines of files for which coverage is asked.
    """
    folder = place.copy / cwd
    folder.mkdir(parents=True, exist_ok=True)
    since = time.time_ns()
    words = sandbox.words(place, proof.run, cwd, network=proof.network)
    limits = Limits(proof.timeout_seconds, (place.private,))
    ended = run(words, folder, sandbox.variables(place), limits, _shown(on_progress))
    cause = ended.cause
    text = redacted(ended.output.text)
    if cause == "exited" and ended.exit_code and text.startswith(_BOX_FAILED):
        cause = "box"
    report = read_report(place.private / "tmp" / "waggle-junit.xml")
    if report is not None:
        counts = Counts(report.passed, report.failed, report.skipped)
        failing = frozenset(name for name, result in report.cases.items() if result == "failed")
    else:
        counts = read_counts(text, is_cut=ended.output.is_cut)
        failing = failing_names(text)
    cases = report.cases if report is not None else None
    covering = None
    if proof.coverage:
        covering = uncovered(folder, since, changed or {}, [place.top / cwd, place.copy / cwd])
    return Run(
        cause,
        ended.exit_code,
        counts,
        failing,
        cases or None,
        round(ended.seconds, 3),
        text,
        _metrics(place.private / "tmp" / "waggle-metrics.json"),
        covering.lines if covering else None,
        covering.unmeasured if covering else (),
        covering.source if covering else None,
    )


def _shown(on_progress: Callable[[float, str], None] | None) -> Callable[[float, str], None] | None:
    """Make a line of the output fit to be shown before a callback has it."""
    if on_progress is None:
        return None
    return lambda seconds, line: on_progress(seconds, escaped(redacted(line)[:_LINE_CHARACTERS]))


def _run(order: Order, tree: str, overlay: Overlay) -> tuple[Run, bool]:
    """Run a proof in a copy of its own; tells whether nothing but the copy was looked at."""
    proof, box = order.proof, sandbox.kind()
    copied = clean_copy(
        order.snapshots, order.base, tree, overlay=overlay, link=proof.link, box=box
    )
    with copied as place:
        changed = _changed(order) if proof.coverage and tree == order.tree else {}
        result = run_once(proof, place, prefix_of(order.snapshots), changed, order.on_progress)
        return result, box != sandbox.NONE or not leads_back(place)


def _changed(order: Order) -> dict[str, range | set[int]]:
    """Return the lines of each file that differ from the base."""
    snapshots, lines = order.snapshots, dict[str, range | set[int]]()
    blobs = snapshots.blobs(order.tree)
    changes = [
        change for change in snapshots.changes(order.base, order.tree) if change.kind != "deleted"
    ]
    with snapshots.contents() as read:
        for change in changes[:MOST_CHANGED]:
            if change.kind == "added":
                data = read(blobs[change.path].name) or b""
                lines[change.path] = range(1, data.count(b"\n") + 2)
            else:
                ranges = snapshots.lines(order.base, order.tree, change.path, change.former).now
                lines[change.path] = {
                    line for first, last in ranges for line in range(first, last + 1)
                }
    return lines


def _metrics(file: Path) -> dict[str, dict[str, Any]]:
    """Return the measurements that a run wrote, {name: {value, unit}}, and nothing else of it."""
    try:
        document = json.loads(read_regular(file, METRICS_BYTES))
        pairs = list(document.items())[:MOST_METRICS]
    except (OSError, NotReadable, ValueError, RecursionError, AttributeError):
        return {}
    known: dict[str, dict[str, Any]] = {}
    for name, about in pairs:
        value = about.get("value") if isinstance(about, dict) else None
        unit = about.get("unit", "") if isinstance(about, dict) else None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and value == value and isinstance(unit, str):  # noqa: PLR0124 - not NaN
            known[name[:100]] = {"value": value, "unit": unit[:40]}
    return known


def _record(order: Order, runs: _Runs, overlay: Overlay, *, isolated: bool) -> Record:
    proof, main, full = order.proof, runs.main, runs.fullest
    prefix = prefix_of(order.snapshots)
    status = status_of(main, proof.min_tests)
    return Record(
        name=proof.name,
        command=proof.run,
        locked=proof.is_locked,
        definition=proof.digest if proof.is_locked else None,
        tree=order.tree,
        status=status,
        exit_code=main.exit_code,
        passed=main.counts.passed,
        failed=main.counts.failed,
        skipped=main.counts.skipped,
        failing=bounded(main.failing),
        added=_added(runs),
        seconds=main.seconds,
        sandbox=sandbox.kind(),
        isolated=isolated,
        put_back=[path.removeprefix(prefix) for path in overlay.paths],
        with_workers_files=runs.theirs.document() if runs.theirs else None,
        missing_at_worker=_missing(runs),
        only_with_workers=_only_with_workers(runs),
        at_base=runs.at_base.document() if runs.at_base else None,
        rerun=runs.again.document() if runs.again else None,
        flaky=runs.again is not None and runs.again.outcome != main.outcome,
        environment=_is_of_environment(runs),
        metrics=_compared(runs),
        uncovered_lines=full.uncovered,
        unmeasured_files=list(full.unmeasured),
        coverage_from=full.coverage_from,
        notes=_notes(proof, runs, status),
        output=order.output.name,
    )


def _added(runs: _Runs) -> int | None:
    """Return how many tests the base has not; None where the names are not known of both."""
    if runs.at_base is None or runs.at_base.cases is None or runs.fullest.cases is None:
        return None
    return len(runs.fullest.cases.keys() - runs.at_base.cases.keys())


def _missing(runs: _Runs) -> list[str]:
    """Return the tests that run with the base's files, and not with the worker's."""
    if runs.theirs is None or runs.theirs.cases is None or runs.main.cases is None:
        return []
    return bounded(runs.main.cases.keys() - runs.theirs.cases.keys())


def _only_with_workers(runs: _Runs) -> list[str]:
    """Return the tests that fail with the base's files, and pass with the worker's.

    Where it is known which tests the base has, those alone: a new test may need a new fixture.
    """
    theirs = runs.theirs
    if theirs is None:
        return []
    if theirs.cases is not None:
        passed = {name for name, result in theirs.cases.items() if result == "passed"}
        at_base = runs.at_base.cases if runs.at_base else None
        of_base = passed if at_base is None else passed & at_base.keys()
        return bounded(runs.main.failing & of_base)
    is_counted = theirs.cause == "exited" and theirs.counts.passed is not None
    return bounded(runs.main.failing - theirs.failing) if is_counted else []


def _is_of_environment(runs: _Runs) -> bool:
    """Tell whether what fails fails on the base's tree as well, so that no change is to blame."""
    main, base = runs.main, runs.at_base
    if base is None or not (main.is_failure and base.is_failure):
        return False
    if main.failing or base.failing:
        return bool(main.failing) and main.failing <= base.failing
    return (
        main.exit_code == base.exit_code
        and main.counts == base.counts
        and _without_numbers(main.text) == _without_numbers(base.text)
    )


def _without_numbers(text: str) -> str:
    """Return the end of an output without what differs from run to run."""
    return re.sub(r"0x[0-9a-f]+|\d+(?:\.\d+)?", "0", text[-4000:])


def _compared(runs: _Runs) -> dict[str, dict[str, Any]]:
    before = runs.at_base.metrics if runs.at_base else {}
    compared: dict[str, dict[str, Any]] = {}
    for name, about in runs.main.metrics.items():
        known = before.get(name)
        is_same_unit = known is not None and known["unit"] == about["unit"]
        compared[name] = about | {"base": known["value"] if known and is_same_unit else None}
    return compared


def _notes(proof: Proof, runs: _Runs, status: str) -> list[str]:
    """Return what the numbers do not say, as sentences."""
    main = runs.main
    notes = (
        [f"{proof.name or 'The command'}: {_CAUSES[main.cause]}"] if main.cause in _CAUSES else []
    )
    if status == NO_TESTS and main.counts.ran is None:
        notes.append(
            "no test was counted: let the command write JUnit XML to $WAGGLE_JUNIT, or print its"
            " runner's closing line (go test -v); with min_tests = 0 it need not count"
        )
    elif status == NO_TESTS:
        notes.append("no test ran")
    elif status == TOO_FEW:
        notes.append(f"{main.counts.ran} tests ran, of at least {proof.min_tests}")
    if proof.coverage and runs.fullest.uncovered is None:
        notes.append(
            "coverage was asked for, and the command wrote no lcov.info, coverage.xml or"
            " coverage.json: which changed lines no test ran is not known"
        )
    return notes


def _write(order: Order, runs: _Runs, overlay: Overlay) -> None:
    """Write what the runs printed, masked and bounded, one after the other."""
    with_base = " with the base's protected and pinned files" if overlay.paths else ""
    titles = (
        (f"on the worker's tree{with_base}", runs.main),
        ("on the worker's tree as it is", runs.theirs),
        (f"once more, on the worker's tree{with_base}", runs.again),
        ("on the base's tree", runs.at_base),
    )
    parts = [f"$ {redacted(order.proof.run)}\n"]
    for title, result in titles:
        if result is not None:
            code = "" if result.exit_code is None else f", exit code {result.exit_code}"
            end = "" if result.text.endswith("\n") or not result.text else "\n"
            parts.append(f"== {title}\n{result.text}{end}")
            parts.append(f"== {result.cause}{code}, {result.seconds:.1f} s\n")
    make_folder(order.output.parent)
    write_atomic(order.output, "\n".join(parts).encode("utf-8", "replace"))

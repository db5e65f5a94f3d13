"""Proofs: what the report says was run, against the records of the runs; and what was weakened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from workers.claims.citations import shown_path
from workers.deliverables.kinds import CHANGE
from workers.delivery.delivery import problem, text_of
from workers.review.checks.changes import listed

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from sessions.git import Blob
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.proofs.definitions import Definitions, Proof
    from workers.repository.work import Work

    Record = Mapping[str, Any]

_COUNTS = ("passed", "failed", "skipped")
_LISTED = 5
_OWNER = "The owner of the repository looks at it."


def definitions_of(delivery: Delivery) -> Definitions | None:
    """Return the owner's proofs as the base defines them; None for what is no change report."""
    work = delivery.work
    if work is None or delivery.kind != CHANGE:
        return None
    from workers.proofs.definitions import owners

    return owners(work.base, work.before, work.snapshots.root)


def required_proofs_pass(delivery: Delivery) -> Iterator[Problem]:
    """Each required proof was run on these files, and passes where the work is done."""
    defined, work = definitions_of(delivery), delivery.work
    if defined is None or work is None:
        return
    place = delivery.in_json("/proofs")
    for objection in defined.objections:
        yield problem("W30", objection.line, "The owner has to correct it in waggle.toml.", place)
    for proof in defined.proofs:
        record = newest(work, proof.name, proof.digest)
        if record is not None:
            yield from _of_record(delivery, proof, record)
        elif proof.required:
            yield _not_run(delivery, proof)


def _of_record(delivery: Delivery, proof: Proof, record: Record) -> Iterator[Problem]:
    """Yield what the newest run of a locked proof on these files has to say."""
    place = delivery.in_json("/proofs")
    is_done = _is_done(delivery)
    fails = record["status"] != "passed" and not _passes_with_the_workers(record)
    if record.get("environment") and is_done:
        message = f"the proof `{proof.name}` fails at the base as well, in the same tests"
        yield problem("W19", message, _OWNER, place)
    elif record.get("flaky"):
        message = f"the proof `{proof.name}` failed and passed on the same files"
        yield problem("W18", message, _OWNER, place)
    elif fails and proof.required and is_done:
        yield problem("W13", _how_it_failed(proof.name, record), _mend(record), place)
    bare = record.get("uncovered_lines") or {}
    for path, numbers in list(bare.items())[:_LISTED]:
        message = f"`{proof.name}`: no test ran `{shown_path(path)}`, lines {_ranges(numbers)}"
        yield problem("W22", message, "Add a test that runs them.", _place_of(delivery, path))
    if record.get("isolated") is False:
        message = f"the proof `{proof.name}` used files beside its copy (no sandbox works here)"
        yield problem("W27", message, "Install bubblewrap, or let CI run it.", place)


def _is_done(delivery: Delivery) -> bool:
    return text_of(delivery.object("outcome"), "status") == "done"


def _ranges(numbers: Sequence[int]) -> str:
    """Return line numbers as ranges, as many as are shown."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    words = [f"{first}-{last}" if last > first else f"{first}" for first, last in ranges]
    more = f" and {len(words) - _LISTED} more" if len(words) > _LISTED else ""
    return ", ".join(words[:_LISTED]) + more


def newest(work: Work, name: str | None, definition: str | None = None) -> Record | None:
    """Return the last record of a proof or command on the files of now, None without one."""
    record: Record
    for record in reversed(work.session.records):
        is_same = name in {record.get("name"), record.get("command")}
        if is_same and record["tree"] == work.now and definition in {None, record["definition"]}:
            return record
    return None


def _not_run(delivery: Delivery, proof: Proof) -> Problem:
    message = f"the proof `{proof.name}` was not run on these files"
    if delivery.expected.session_id is None:
        hint = "Nothing is run without a session: --setup --kind change there, and then --output."
        return problem("W14", message, hint, delivery.in_json("/proofs"))
    hint = _prove(delivery, str(proof.name))
    if delivery.work is not None and proof.name in delivery.work.session.not_allowed:
        message += ": it may not run here by itself"
        hint = (
            f"Whoever trusts it allows it once: {_prove(delivery, '--allow', str(proof.name))[5:]}"
        )
    return problem("W14", message, hint, delivery.in_json("/proofs"))


def _prove(delivery: Delivery, *words: str) -> str:
    import shlex

    return f"Run: {delivery.expected.prove} {shlex.join(words)}".rstrip()


def _how_it_failed(name: str | None, record: Record) -> str:
    status = record["status"]
    if status == "timed_out":
        return f"the proof `{name}` did not end in its time"
    if status == "no_tests":
        return f"the proof `{name}` counted no test"
    if status == "too_few":
        return f"the proof `{name}` counted {record['passed']} tests, too few"
    failing = ", ".join(shown(one, 80)[1:-1] for one in record.get("failing", ())[:_LISTED])
    more = f": {failing}" if failing else ""
    return f"the proof `{name}` fails with exit code {record['exit_code']}{more}"


def _mend(record: Record) -> str:
    output = f" Its output is in {record['output']}." if record.get("output") else ""
    return f"Repair it; or report an outcome of partial or blocked, with the reason.{output}"


def reported_proofs_are_recorded(delivery: Delivery) -> Iterator[Problem]:
    """Every proof of the report was run on these files, and ended and counted as it says."""
    work = delivery.work
    if work is None or delivery.kind != CHANGE:
        return
    for pointer, entry in delivery.entries("proofs"):
        name = text_of(entry, "name") or text_of(entry, "command")
        place = delivery.in_json(pointer)
        if not name:
            message = "a proof names neither a locked proof nor a command"
            yield problem("W09", message, 'Add "name" or "command".', place)
            continue
        again = _prove(delivery, *([name] if text_of(entry, "name") else ["--", name]))
        record = newest(work, name)
        if record is None:
            stale = any(
                name in {one.get("name"), one.get("command")} for one in work.session.records
            )
            if stale:
                message = f"{shown(name, 100)} was last run on other files than those of now"
                yield problem("W10", message, f"{again}, and report what it shows.", place)
            elif _is_required(delivery, name):
                continue  # told as not run
            else:
                message = f"there is no record of a run of {shown(name, 100)}"
                yield problem("W09", message, again, place)
            continue
        yield from _differences(delivery, pointer, entry, record)


def _is_required(delivery: Delivery, name: str) -> bool:
    defined = definitions_of(delivery)
    return any(
        proof.name == name and proof.required for proof in (defined.proofs if defined else ())
    )


def _differences(
    delivery: Delivery, pointer: str, entry: dict[str, Any], record: Record
) -> Iterator[Problem]:
    name = shown(text_of(entry, "name") or text_of(entry, "command"), 80)
    # Both runs are true: with the tests of the base, and with the worker's own.
    runs = [record, *([record["with_workers_files"]] if record.get("with_workers_files") else [])]
    wrong = min((_wrong(entry, run) for run in runs), key=len)
    for key, claimed, recorded in wrong:
        if recorded is None:
            message = f"{name}: `{key}` is {claimed}, and the run counted none"
            hint = f"Drop `{key}`, or let the proof write JUnit XML to $WAGGLE_JUNIT."
        else:
            message, hint = (
                f"{name}: `{key}` is {claimed}, recorded {recorded}",
                f"Write {recorded}.",
            )
        yield problem("W11", message, hint, delivery.in_json(f"{pointer}/{key}"))
    yield from _fewer_tests(delivery, pointer, entry, record)
    yield from _other_figures(delivery, pointer, entry, record)


def _fewer_tests(
    delivery: Delivery, pointer: str, entry: dict[str, Any], record: Record
) -> Iterator[Problem]:
    name = shown(text_of(entry, "name") or text_of(entry, "command"), 80)
    reported, added = entry.get("added"), record.get("added")
    if added is None and delivery.work is not None:
        added = _new_tests(delivery.work)
    if isinstance(reported, int) and isinstance(added, int) and reported > added:
        message = f"{name}: {reported} tests are reported as added, there are {added} new ones"
        yield problem("W21", message, f"Write {added}.", delivery.in_json(f"{pointer}/added"))


def _other_figures(
    delivery: Delivery, pointer: str, entry: dict[str, Any], record: Record
) -> Iterator[Problem]:
    name = shown(text_of(entry, "name") or text_of(entry, "command"), 80)
    metrics = entry.get("metrics")
    for key, value in (metrics if isinstance(metrics, dict) else {}).items():
        number = value.get("value") if isinstance(value, dict) else value
        of_run = (record.get("metrics") or {}).get(key)
        measured = of_run.get("value") if isinstance(of_run, dict) else of_run
        if measured is not None and number != measured:
            message = f"{name}: {shown(key, 60)} is {shown(number, 30)[1:-1]}, recorded {measured}"
            place = delivery.in_json(f"{pointer}/metrics")
            yield problem("W29", message, f"Write {measured}.", place)


def _new_tests(work: Work) -> int | None:
    """Return how many tests the changed files have more than at the base, None without any."""
    from workers.proofs.weakened import added

    return added(_versions(work))


def _wrong(entry: dict[str, Any], run: Record) -> list[tuple[str, int, int | None]]:
    """Return the numbers of an entry that are not those of a run: key, said, recorded."""
    return [
        (key, claimed, run.get(key))
        for key in ("exit_code", *_COUNTS)
        if isinstance(claimed := entry.get(key), int)
        and not isinstance(claimed, bool)
        and claimed != run.get(key)
    ]


def proofs_pass_with_the_files_of_the_base(delivery: Delivery) -> Iterator[Problem]:
    """A proof that needs the worker's tests or settings to pass is looked at by the owner."""
    defined, work = definitions_of(delivery), delivery.work
    if defined is None or work is None:
        return
    place = delivery.in_json("/proofs")
    is_done = _is_done(delivery)
    for proof in defined.proofs:
        record = newest(work, proof.name, proof.digest)
        if record is None or not record.get("with_workers_files"):
            continue
        yield from _left_out(delivery, proof, record)
        if record["status"] != "passed" and _passes_with_the_workers(record) and is_done:
            files = ", ".join(f"`{shown_path(path)}`" for path in record["put_back"][:_LISTED])
            message = f"the proof `{proof.name}` passes only with the worker's {files}"
            yield problem("W16", message, _OWNER, place)


def _passes_with_the_workers(record: Record) -> bool:
    own: dict[str, Any] = record.get("with_workers_files") or {}
    return own.get("exit_code") == 0 and not own.get("failed") and own.get("passed") != 0


def _left_out(delivery: Delivery, proof: Proof, record: Record) -> Iterator[Problem]:
    """Yield the tests of the base that the worker's settings keep from running, or make pass."""
    from workers.proofs.definitions import matching

    edited = set(record["put_back"])
    settings = edited - set(matching(proof.protected, edited)) | set(matching(proof.pinned, edited))
    if not settings:
        return
    names = ", ".join(f"`{shown_path(path)}`" for path in sorted(settings)[:_LISTED])
    place = delivery.in_json("/proofs")
    hint = "Put it back as it was, and repair what the test shows."
    rows = _tests_by_settings(delivery, record, tests_stand=edited == settings)
    for test, word in rows[:_LISTED]:
        message = f"`{proof.name}`: the test {shown(test, 100)} of the base {word} with {names}"
        yield problem("W26", message, hint, place)
    of_base, theirs = _ran(record), _ran(record.get("with_workers_files") or {})
    if not rows and edited == settings and theirs < of_base:
        message = f"`{proof.name}`: {theirs} tests run with {names}, {of_base} with the base's"
        yield problem("W26", message, hint, place)


def _ran(counts: Record) -> int:
    return (counts.get("passed") or 0) + (counts.get("failed") or 0)


def _tests_by_settings(
    delivery: Delivery, record: Record, *, tests_stand: bool
) -> list[tuple[str, str]]:
    """Return the tests of the base that do not run, or pass only, with the worker's files."""
    rows = [(test, "does not run") for test in record.get("missing_at_worker", ())]
    files = delivery.work.blobs_before if delivery.work else {}
    if tests_stand:
        only = record.get("only_with_workers", ())
        rows += [(test, "passes only") for test in only if _is_of_base(test, files)]
    return rows


def _is_of_base(test: str, files: Container[str]) -> bool:
    """Tell whether a test is not certainly of a file that is new: by its name, as pytest has it."""
    where = test.partition("::")[0]
    path = where if where.endswith(".py") else f"{where.replace('.', '/')}.py"
    return "::" not in test or path in files or path.rpartition("/")[0] + ".py" in files


def definitions_of_proofs_stand(delivery: Delivery) -> Iterator[Problem]:
    """A definition of a proof that the worker changed is looked at by the owner."""
    defined, work = definitions_of(delivery), delivery.work
    if defined is None or work is None or work.base.get("proofs_from"):
        return
    from workers.proofs.definitions import definitions

    blobs = work.blobs_now
    now = definitions(
        lambda path: work.read([blobs[path]])[blobs[path].name] if path in blobs else None
    )
    before = {str(proof.name): proof.digest for proof in defined.proofs}
    after = {str(proof.name): proof.digest for proof in now.proofs}
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            word = "added" if name not in before else "removed" if name not in after else "changed"
            message = f"the definition of the proof `{name}` was {word}; the base's was run"
            hint = _OWNER
            yield problem("W17", message, hint, delivery.in_json("/changes"))


def changed_files_are_covered(delivery: Delivery) -> Iterator[Problem]:
    """Every changed file is one that a proof covers, where the proofs say what they cover."""
    defined, work = definitions_of(delivery), delivery.work
    if defined is None or work is None or not any(proof.covers for proof in defined.proofs):
        return
    from workers.proofs.definitions import matching

    globs = tuple(glob for proof in defined.proofs for glob in (*proof.covers, *proof.protected))
    paths = [one.path for one in work.own]
    covered = set(matching(globs, paths))
    bare = [path for path in paths if path not in covered]
    if bare:
        names = ", ".join(f"`{shown_path(path)}`" for path in bare[:_LISTED])
        more = f" and {len(bare) - _LISTED} more" if len(bare) > _LISTED else ""
        message = f"no proof covers {names}{more}"
        hint = f"Run what shows that they are right: {_prove(delivery, '--', 'COMMAND')[5:]}"
        yield problem("W22", message, hint, delivery.in_json("/proofs"))


def tests_are_not_weakened(delivery: Delivery) -> Iterator[Problem]:
    """Tests that are gone, skipped or check less, and settings that leave tests out, are told."""
    work = delivery.work
    if work is None or delivery.kind != CHANGE or not work.own:
        return
    from workers.proofs.weakened import decides_tests, deselected, weakened

    rows = _versions(work)
    for row in weakened(rows):
        message = f"the test {shown(row.test, 120)} is {_WORDS.get(row.what, row.what)}"
        message += f": {shown(row.detail, 160)[1:-1]}" if row.detail else ""
        where = f"{shown_path(row.file)}:{row.line}" if row.line else shown_path(row.file)
        hint = f"See `{where}`: put it back, or give the reason in the summary of its change."
        yield problem("W20", message, hint, _place_of(delivery, row.file))
    for _, before, path, now in rows:
        for phrase in deselected(path, before, now) if decides_tests(path) else ():
            message = f"`{shown_path(path)}` leaves out tests: {shown(phrase, 120)[1:-1]}"
            hint = "Put it back, or give the reason in the summary of its change."
            yield problem("W28", message, hint, _place_of(delivery, path))


def _versions(work: Work) -> list[tuple[str, bytes | None, str, bytes | None]]:
    """Return each file of the worker before and now: path, content, path, content."""
    before, now = work.blobs_before, work.blobs_now
    pairs = [(change.former or change.path, change.path) for change in work.own]
    blobs = [before.get(old) for old, _ in pairs] + [now.get(new) for _, new in pairs]
    texts = work.read([blob for blob in blobs if blob and blob.mode.startswith("100")])

    def text(blob: Blob | None) -> bytes | None:
        return texts.get(blob.name) if blob else None

    return [(old, text(before.get(old)), new, text(now.get(new))) for old, new in pairs]


_WORDS = {
    "removed": "removed",
    "skipped": "skipped",
    "emptied": "emptied of its checks",
    "fewer_assertions": "checking less",
    "only": "the only one that runs",
}


def _place_of(delivery: Delivery, path: str) -> Any:
    pointers = [one.pointer for one in listed(delivery) if path in {one.path, one.former}]
    return delivery.in_json(pointers[0] if pointers else "/changes")

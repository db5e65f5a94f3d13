"""Changes: what the report says was changed, against the files at the base and now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.citations import shown_path
from workers.deliverables.kinds import ANALYSIS
from workers.delivery.delivery import problem, text_of
from workers.delivery.outline import is_template_text
from workers.repository.repository import Refused
from workers.repository.source import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sessions.snapshots import Change
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.work import Work

_NAMED = 10  # files that a problem of their own is told of; the rest are told together
_LISTED = 5
_FOLDER = "/**"
_NOTED = lazy_pattern(
    r"\W{0,4}(CHG-[0-9]{3})\b\W{0,4}(added|modified|deleted|renamed)?", re.IGNORECASE
)
_PART = lazy_pattern(r"\s*(?:[-*+]\s+\[[ xX]\]|[0-9]{1,2}[.)]|\([0-9a-z]\)|[a-z]\))\s+(\S.{3,})")
_BULLET = lazy_pattern(r"\s*[-*+]\s+(?!\[)(\S.{3,})")
# What stands above a list of things to do; a list of requirements says how.
_ASKS = lazy_pattern(
    r"\b(?:parts?|steps?|tasks?|to-?dos?|following|deliverables?|items?|things)\b"
    r"|\b(?:do|need|needs|want|wants|add|build|implement|make|please)\b[^\n]{0,60}:\s*$",
    re.IGNORECASE,
)
# A line of a task that says how, and is no part of what is asked for.
_HOW = lazy_pattern(
    r"\W*(?:do not|don'?t|never|no\b|keep|only|must|should|avoid|use|note|make sure|ensure|without|"
    r"prefer|remember|see|leave|be )",
    re.IGNORECASE,
)
_WORD = lazy_pattern(r"[^\W_]{3,}")
_COMMON = frozenset("the and for with that this into from add new all are any its".split())
_SHARED = 0.34


class Listed(NamedTuple):
    """An entry of `changes`: where it stands, and its path below the root, `/**` for a folder."""

    pointer: str
    path: str
    kind: str
    former: str | None


def reported_changes_happened(delivery: Delivery) -> Iterator[Problem]:
    """Every change that is listed happened, and is of the kind that is said."""
    work = delivery.work
    if work is None:
        return
    by_path = {change.path: change for change in work.changes}
    former = {change.former: change for change in work.changes if change.former}
    for entry in listed(delivery):
        place = delivery.in_json(f"{entry.pointer}/file")
        name = f"`{shown_path(entry.path)}`"
        if entry.path.endswith(_FOLDER):
            below = entry.path.removesuffix("**")
            if not any(path.startswith(below) for path in by_path):
                hint = "Drop the entry in JSON and notes."
                yield problem("W01", f"no file below {name} differs from the base", hint, place)
            continue
        change = by_path.get(entry.path)
        if change is None and entry.path not in former:
            yield problem(
                "W01",
                f"{name} is as it was at the base: it was not {entry.kind}",
                _not_done(work),
                place,
            )
            continue
        kinds = _kinds(entry, by_path, former)
        if entry.kind not in kinds:
            word = min(kinds)
            hint = f"Write {word}." if word != "renamed" else "Write renamed, with `from`."
            message = f"{name} was {word}, not {entry.kind}"
            yield problem("W02", message, hint, delivery.in_json(f"{entry.pointer}/kind"))
        elif entry.kind == "renamed" and entry.former is None:
            hint = f'Add "from": "{shown_path(_former(change))}".'
            yield problem("W02", f"{name} was renamed, and `from` is missing", hint, place)


def _not_done(work: Work) -> str:
    if work.changes:
        return "Do it, or drop the entry in JSON and notes."
    return "Nothing differs from the base. Do the work, or report an outcome that says so."


def _former(change: Change | None) -> str:
    return (change.former if change else None) or ""


def _kinds(entry: Listed, by_path: dict[str, Change], former: dict[str, Change]) -> set[str]:
    """Return the kinds that say truly what happened to a path: a rename is two changes as well."""
    change = by_path.get(entry.path)
    if change is None:
        return {"deleted"}
    kinds = {change.kind}
    if change.kind == "renamed":
        kinds.add("added")
    moved_from = by_path.get(entry.former or "")
    if (
        entry.former
        and change.kind == "added"
        and (entry.former in former or (moved_from is not None and moved_from.kind == "deleted"))
    ):
        kinds.add("renamed")
    if change.kind == "renamed" and entry.kind == "renamed" and entry.former:
        is_right = entry.former == change.former
        kinds = kinds if is_right else kinds - {"renamed"}
    return kinds


def listed(delivery: Delivery) -> list[Listed]:
    """Return the changes that a report lists, with their paths below the root."""
    entries = []
    for pointer, entry in delivery.entries("changes"):
        path = below_root(delivery, text_of(entry, "file"))
        if path is not None:
            former = below_root(delivery, text_of(entry, "from"))
            entries.append(Listed(pointer, path, text_of(entry, "kind"), former))
    return entries


def below_root(delivery: Delivery, path: str) -> str | None:
    """Return a path of the report below the root, None for one that is empty, a mark or outside."""
    if not path.strip() or is_template_text(path):
        return None
    bare = path.removesuffix(_FOLDER)
    root = str(delivery.repository.root)
    # As it is written, before links are resolved: a link that was added is a change of its own.
    plain = bare.removeprefix(f"{root}/") if bare.startswith(f"{root}/") else bare
    if plain.startswith(("/", "../")):
        relative = delivery.repository.relative(bare)
        if isinstance(relative, Refused):
            return None
        plain = relative
    plain = plain.removeprefix("./").rstrip("/")
    return f"{plain}{_FOLDER}" if path.endswith(_FOLDER) else plain


def own_changes_are_reported(delivery: Delivery) -> Iterator[Problem]:
    """Every change of the worker is listed, or said to be somebody else's."""
    work = delivery.work
    if work is None or not delivery.parses:
        return
    silent = [change for change in work.own if not _is_covered(delivery, change)]
    if delivery.kind == ANALYSIS:
        yield from _during_an_analysis(delivery, silent)
        return
    place = delivery.in_json("/changes")
    code = "W04" if work.session.unfinished else "W03"
    others = ", ".join(work.session.unfinished)
    for change in silent[:_NAMED]:
        hint = (
            f'Add it to `changes` with kind "{change.kind}", and a line under Changes; or put it'
            " back; or, where somebody else did it, add it to `not_mine` with the reason."
        )
        if code == "W04":
            hint = f"Add it if it is yours; else it is judged when {others} has reported."
        message = f"`{shown_path(change.path)}` was {change.kind}, and `changes` does not list it"
        yield problem(code, message, hint, place)
    if len(silent) > _NAMED:
        rest = silent[_NAMED:]
        names = ", ".join(f"`{shown_path(one.path)}`" for one in rest[:_LISTED])
        message = f"{len(rest)} more files changed and are not in `changes`: {names}, ..."
        hint = "List each; for files that a program made, their folder, as `/path/to/folder/**`."
        yield problem(code, message, hint, place)


def rules_of_the_change_hide_nothing(delivery: Delivery) -> Iterator[Problem]:
    """What rules of this very change keep out of git's sight is told."""
    work = delivery.work
    if work is None or delivery.kind == ANALYSIS:
        return
    exact, folders = _covering(delivery)
    hidden = [
        path
        for path in work.newly_ignored
        if path not in exact and not any(path.startswith(folder) for folder in folders)
    ]
    if hidden:
        names = ", ".join(f"`{shown_path(path)}`" for path in hidden[:_LISTED])
        more = f" and {len(hidden) - _LISTED} more" if len(hidden) > _LISTED else ""
        message = f"a rule of this change lets git ignore {names}{more}"
        hint = "List what you made of it in `changes`; leave out what a tool makes again."
        yield problem("W31", message, hint, delivery.in_json("/changes"))


def _during_an_analysis(delivery: Delivery, changes: Sequence[Change]) -> Iterator[Problem]:
    if changes:
        names = ", ".join(f"`{shown_path(one.path)}`" for one in changes[:_LISTED])
        more = f" and {len(changes) - _LISTED} more" if len(changes) > _LISTED else ""
        message = f"files changed since the analysis began: {names}{more}"
        hint = "An analysis changes nothing: put back what is yours, or set up --kind change."
        yield problem("W23", message, hint, delivery.in_json(""))


def _is_covered(delivery: Delivery, change: Change) -> bool:
    """Tell whether an entry of `changes` or `not_mine` stands for a change."""
    exact, folders = _covering(delivery)
    paths = [change.path, *([change.former] if change.former else [])]
    return all(
        path in exact or any(path.startswith(folder) for folder in folders) for path in paths
    )


def _covering(delivery: Delivery) -> tuple[set[str], list[str]]:
    paths = [path for one in listed(delivery) for path in (one.path, one.former) if path]
    for _, entry in delivery.entries("not_mine"):
        path = below_root(delivery, text_of(entry, "file"))
        paths += [path] if path else []
    exact = {path for path in paths if not path.endswith(_FOLDER)}
    return exact, [path.removesuffix("**") for path in paths if path.endswith(_FOLDER)]


def others_changes_are_approved(delivery: Delivery) -> Iterator[Problem]:
    """What is said to be somebody else's change is looked at by the owner."""
    work = delivery.work
    if work is None:
        return
    changed = {path for one in work.changes for path in (one.path, one.former) if path}
    for pointer, entry in delivery.entries("not_mine"):
        path = below_root(delivery, text_of(entry, "file"))
        if path is None:
            continue
        place = delivery.in_json(f"{pointer}/file")
        name = f"`{shown_path(path)}`"
        is_changed = path in changed or (
            path.endswith(_FOLDER)
            and any(one.startswith(path.removesuffix("**")) for one in changed)
        )
        if not is_changed:
            yield problem("W01", f"{name} is as it was at the base", "Drop the entry.", place)
        elif path not in work.merged and path not in work.session.others:
            reason = shown(text_of(entry, "reason"), 100)
            message = f"{name} changed and is said to be somebody else's: {reason}"
            yield problem("W25", message, "The owner of the repository looks at it.", place)


def reported_commits_are_of_this_work(delivery: Delivery) -> Iterator[Problem]:
    """Every commit that is listed is in the repository, and was not at the base."""
    work = delivery.work
    for pointer, entry in delivery.entries("commits") if work else ():
        sha = text_of(entry, "sha")
        if work is None or not re.fullmatch(r"[0-9a-fA-F]{7,64}", sha):
            continue  # the schema reports it
        place = delivery.in_json(f"{pointer}/sha")
        subject = work.snapshots.new_commit(sha)
        hint = "Name a commit of this work as `git log` shows it, or drop the entry."
        if subject is None:
            message = f"there is no commit {sha[:12]} that was made since the base"
            yield problem("W12", message, hint, place)
            continue
        claimed = text_of(entry, "subject")
        if claimed and fold(claimed) != fold(subject):
            message = f"the subject of commit {sha[:12]} is {shown(subject, 80)}"
            place = delivery.in_json(f"{pointer}/subject")
            yield problem("W12", f"{message}, not {shown(claimed, 80)}", "Write it so.", place)


def outcome_fits_its_parts(delivery: Delivery) -> Iterator[Problem]:
    """Done is done with every part that was asked for; what is not done has a reason."""
    outcome = delivery.object("outcome")
    status = text_of(outcome, "status")
    if status not in {"done", "partial", "blocked"}:
        return  # the schema reports it
    place = delivery.in_json("/outcome")
    rows = outcome.get("parts")
    parts = [row for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict)]
    if status != "done":
        if not text_of(outcome, "reason").strip():
            message = f"the outcome is {status}, without a reason"
            yield problem("W15", message, 'Add "reason": what is left, and why.', place)
        return
    yield from _parts_that_are_not_done(delivery, parts)
    work = delivery.work
    if work is not None and not work.changes and not any(delivery.entries("proofs")):
        message = "the outcome is done, and nothing differs from the base"
        hint = "Do the work; or report an outcome of partial or blocked with the reason."
        yield problem("W15", message, hint, place)


def _parts_that_are_not_done(delivery: Delivery, parts: list[dict[str, Any]]) -> Iterator[Problem]:
    """Yield the parts of a report that is done which are not, and those of the task it omits."""
    for position, row in enumerate(parts):
        if text_of(row, "status") in {"partial", "not_done"}:
            message = f"the outcome is done, and a part is {text_of(row, 'status')}"
            hint = "Do it, or write the outcome partial, with the reason."
            yield problem("W15", message, hint, delivery.in_json(f"/outcome/parts/{position}"))
    asked = parts_of(delivery.expected.task or "")
    for part in asked if len(parts) < len(asked) else ():
        if not any(_is_same_part(part, text_of(row, "part")) for row in parts):
            message = f"the outcome is done, and a part of the task is not named: {shown(part, 80)}"
            hint = "Add it to outcome.parts with its status; done needs all of them done."
            yield problem("W15", message, hint, delivery.in_json("/outcome/parts"))


def parts_of(task: str) -> list[str]:
    """Return the parts that a task lists: numbered or ticked, else bullets that ask for work."""
    lines = task.split("\n")
    numbered = [match[1].strip() for line in lines if (match := _PART.fullmatch(line))]
    if len(numbered) > 1:
        return numbered
    asked: list[str] = []
    above = ""
    for line in lines:
        match = _BULLET.fullmatch(line)
        if match is None:
            above = line if line.strip() else above
        elif _ASKS.search(above) and not _HOW.match(match[1]):
            asked.append(match[1].strip())
    return asked if len(asked) > 1 else []


def _is_same_part(asked: str, part: str) -> bool:
    """Tell whether a part of a report is one of the task, by the words that they share."""
    ours, theirs = _words(part), _words(asked)
    shared = len(ours & theirs)
    return bool(shared) and shared >= _SHARED * min(len(ours), len(theirs))


def _words(text: str) -> set[str]:
    return {word[:6] for word in _WORD.findall(text.lower())} - _COMMON


def notes_list_the_same_changes(delivery: Delivery) -> Iterator[Problem]:
    """Notes and JSON list the same changes, each of the same kind."""
    section = delivery.notes.named("Changes") if delivery.notes else None
    if delivery.notes is None or section is None or not delivery.parses:
        return
    noted: dict[str, tuple[int, str]] = {}
    for part in delivery.notes.whole(section):
        for line in part.lines:
            match = _NOTED.match(line.text)
            if match:
                noted[match[1].upper()] = (line.number, (match[2] or "").lower())
    in_json = {
        text_of(entry, "id"): (pointer, entry) for pointer, entry in delivery.entries("changes")
    }
    for change_id, (pointer, entry) in in_json.items():
        if not re.fullmatch(r"CHG-[0-9]{3}", change_id):
            continue
        if change_id not in noted:
            kind, file = text_of(entry, "kind"), below_root(delivery, text_of(entry, "file")) or ""
            hint = f"Add under Changes: - {change_id} {kind}: `{shown_path(file)}`: summary"
            message = f"{change_id} is only in the JSON"
            yield problem("C23", message, hint, delivery.in_json(pointer))
        elif noted[change_id][1] not in {"", text_of(entry, "kind")}:
            number, word = noted[change_id]
            message = f"{change_id} is {word} in the notes, {text_of(entry, 'kind')} in the JSON"
            yield problem("C23", message, "Write the one that is true.", delivery.in_notes(number))
    for change_id in noted.keys() - in_json.keys():
        hint = "Add it to `changes`, or drop the line."
        place = delivery.in_notes(noted[change_id][0])
        yield problem("C23", f"{change_id} is only in the notes", hint, place)

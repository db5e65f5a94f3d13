"""Compares what a report states with what its agent was seen to do: W40 to W43."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.citations import shown_path
from workers.contract import counted
from workers.delivery.delivery import problem
from workers.integrations.witness.commands import alike, simple_commands
from workers.integrations.witness.seen import is_below

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.contract import Problem
    from workers.integrations.witness.commands import Simple
    from workers.integrations.witness.seen import Ran, Search, Seen
    from workers.integrations.witness.stated import Absence, File, Proof, Stated

_TOLD = 5  # names in a message
_ENOUGH = 3  # lines of its own that tell a file
_COMMAND_CHARACTERS = 160
# What says where or how a command is run, what passes an output on, and what only searches.
_ASIDE = frozenset("cd export popd pushd set source".split())
_PASSING_ON = frozenset("cat tail tee".split())
_SEARCHERS = frozenset("ack ag cat egrep fgrep git grep head less ls rg sed tail".split())
_OWN_PROGRAM = lazy_pattern(r"\b(?:waggle|cli\.py)\b.*\bprove\b", re.DOTALL)
# The last line of pytest where nothing but passed, failed and skipped was counted.
_PYTEST = lazy_pattern(
    r"((?:\d+ (?:passed|failed|skipped|deselected|warnings?),? ?){1,5})in [\d.]+s(?: \([\d:]+\))?"
)
_COUNTED = lazy_pattern(r"(\d+) (passed|failed|skipped)")


def witnessed(stated: Stated, seen: Seen) -> Iterator[Problem]:
    """Yield what a report states and its agent was not seen to do, or saw end otherwise."""
    if not seen.whole:
        return
    yield from _never_opened(stated.files, seen)
    for proof in stated.proofs:
        yield from _of_run(proof, stated, seen)
    for absence in stated.absences:
        yield from _of_absence(absence, stated, seen)


def _never_opened(files: Sequence[File], seen: Seen) -> Iterator[Problem]:
    unseen = [file for file in files if not _was_seen(file, seen)]
    if unseen:
        names = ", ".join(f"`{shown_path(file.shown)}`" for file in unseen[:_TOLD])
        more = len(unseen) - _TOLD
        names += f" and {counted(more, 'more file')}" if more > 0 else ""
        message = f"named as read or cited, but never opened nor shown by a search: {names}"
        hint = "Read what the report rests on, or take it out of files_analyzed and the evidence."
        yield problem("W40", message, hint, *(file.places[0] for file in unseen))


def _was_seen(file: File, seen: Seen) -> bool:
    """Tell whether a file was opened or told of, or lines of its own were printed by anything."""
    if seen.shows(file.path) or file.shown in seen.texts:
        return True
    printed = len(file.lines & seen.lines)
    if not file.lines or file.cited & seen.lines:
        return True  # nothing in it could have told it from others
    return printed >= min(_ENOUGH, len(file.lines))


def _of_run(proof: Proof, stated: Stated, seen: Seen) -> Iterator[Problem]:
    """Yield W41 for a command that was never run, W42 for one that last ended otherwise."""
    wanted = [alike(simple.words, stated.root) for simple in _work_of(proof.command)]
    command = shown(proof.command, _COMMAND_CHARACTERS)
    if not wanted:
        return
    if not any(_may_run(ran.command, proof.command, wanted, stated) for ran in seen.commands):
        by_us = any(_OWN_PROGRAM.search(ran.command) for ran in seen.commands)
        if not seen.delegated and not by_us:
            message = f"{command} is listed as a proof, but it was never run"
            hint = "Run it and report how it ended, or take it out of proofs."
            yield problem("W41", message, hint, proof.place)
        return
    runs = [ran for ran in seen.commands if _holds(ran.command, proof.command, wanted, stated)]
    ends = [_end(ran, wanted, proof, stated) for ran in _last_in_each_folder(runs)]
    if ends and all(ends) and not _is_told_apart(proof, stated):
        message = f"{command} ended otherwise than the report says: {ends[-1]}"
        hint = "Make it end so and run it again, or report how it ended."
        yield problem("W42", message, hint, proof.place)


def _work_of(command: str) -> list[Simple]:
    """Return the commands of a line without those that only say where it is run."""
    return [one for one in simple_commands(command) if one.program not in _ASIDE]


def _may_run(command: str, text: str, wanted: list[tuple[str, ...]], stated: Stated) -> bool:
    """Tell whether a command may have run another one, in any form and among other words."""
    if text in command:
        return True
    if wanted[0][0] not in command:
        return False
    words: set[str] = set()
    for simple in simple_commands(command):
        words.update(alike(simple.words, stated.root))
        for word in simple.words:
            words.add(word.rsplit("/", 1)[-1])
            words.update(word.split())  # of `bash -c "..."`
    return all(word in words for simple in wanted for word in simple)


def _holds(command: str, text: str, wanted: list[tuple[str, ...]], stated: Stated) -> bool:
    """Tell whether a command ran the very last command of another, or may have."""
    if _OWN_PROGRAM.search(command):
        return text in command
    simple = simple_commands(command)
    return any(
        alike(one.words, stated.root) == wanted[-1]
        or any(" " in w and text in w for w in one.words)
        for one in simple
    )


def _last_in_each_folder(runs: Sequence[Ran]) -> list[Ran]:
    """Return the last runs in each folder, the newest last: the same command may mean others."""
    last: dict[str, Ran] = {}
    for ran in runs:
        moves = (one.words[1] for one in simple_commands(ran.command) if one.program == "cd")
        where = "\0".join([ran.folder, *moves]) if "cd " in ran.command else ran.folder
        last.pop(where, None)
        last[where] = ran
    return list(last.values())


def _end(ran: Ran, wanted: list[tuple[str, ...]], proof: Proof, stated: Stated) -> str:
    """Return how a run contradicts a proof, empty where it does not, or that is not certain."""
    commands = _work_of(ran.command)
    is_piped = len(commands) > 1 and all(
        one.before == "|" and one.program in _PASSING_ON for one in commands[1:]
    )
    own = commands[:1] if is_piped else commands
    same = [alike(one.words, stated.root) for one in own] == wanted
    if not same or _OWN_PROGRAM.search(ran.command) or not _ends_by(own, ran.command, is_piped):
        return ""
    code = None if is_piped else ran.exit_code
    if None not in {proof.exit_code, code} and proof.exit_code != code:
        return f"its last run ended with exit code {code}, not {proof.exit_code}"
    return _otherwise_counted(ran.output, wanted, proof)


def _ends_by(own: Sequence[Simple], command: str, is_piped: bool) -> bool:  # noqa: FBT001
    """Tell whether a line ends as its one command does, what comes before it went well or not."""
    commands = simple_commands(command)
    joins = {one.before for one in commands[1:]} - ({"|"} if is_piped else set())
    ends_quietly = not commands[-1].after.strip(";\n")
    return len(own) == 1 and joins <= {"&&"} and ends_quietly and commands[-1].program not in _ASIDE


def _otherwise_counted(output: str, wanted: list[tuple[str, ...]], proof: Proof) -> str:
    """Return how the closing line of pytest contradicts a proof, empty where it does not."""
    lines = output.strip().splitlines()
    closing = _PYTEST.fullmatch(lines[-1].strip(" =")) if lines else None
    if closing is None or not any(words[:1] == ("pytest",) for words in wanted):
        return ""
    counts = {kind: int(number) for number, kind in _COUNTED.findall(closing[1])}
    for kind, number in (("passed", proof.passed), ("failed", proof.failed)):
        if number is not None and number != counts.get(kind, 0):
            return f"its last run counted {counts.get(kind, 0)} {kind}, not {number}"
    if proof.exit_code == 0 and counts.get("failed"):
        return f"its last run counted {counts['failed']} failed, and exit code 0 is reported"
    return ""


def _is_told_apart(proof: Proof, stated: Stated) -> bool:
    """Tell whether a report states several ends of a command, as before a change and after it."""
    same = [other for other in stated.proofs if other.command == proof.command]
    return len({(other.exit_code, other.passed, other.failed) for other in same}) > 1


def _of_absence(absence: Absence, stated: Stated, seen: Seen) -> Iterator[Problem]:
    """Yield W43 where the searches for a name left out files that name it."""
    searches = [search for search in seen.searches if _is_for(search, absence.name)]
    if not searches or _was_looked_for_otherwise(absence.name, stated, seen):
        return
    full = [search for search in searches if not search.cut]
    missed = _missed(absence, full, stated, seen)
    if missed:
        how = "looked into only a part of the code" if full else "were cut off"
        message = (
            f"`{absence.name}` is said to be named nowhere else, but the searches for it"
            f" {how}, and it may be named in {', '.join(missed[:_TOLD])}"
        )
        hint = "Search all of the code for it, without a limit, or say where was searched."
        yield problem("W43", message, hint, absence.place)


def _missed(absence: Absence, full: Sequence[Search], stated: Stated, seen: Seen) -> list[str]:
    """Return the files that name what is said to be absent, and that nobody looked into."""
    if absence.files is None:  # too many to be looked through
        whole = any(_is_everywhere(search, stated) for search in full)
        return [] if whole else ["other files"]
    return [
        f"`{shown_path(name)}`"
        for path, name in absence.files
        if not seen.shows(path) and not any(search.covers(path) for search in full)
    ]


def _is_everywhere(search: Search, stated: Stated) -> bool:
    return not search.names and any(is_below(stated.root, folder) for folder in search.folders)


def _is_for(search: Search, name: str) -> bool:
    """Tell whether a search would have found a name: it is in the pattern, or the pattern in it."""
    bare = re.sub(r"\\[bwBs<>]|[\^$]", "", search.pattern).strip()
    return name in search.pattern or (len(bare) >= 3 and bare in name)


def _was_looked_for_otherwise(name: str, stated: Stated, seen: Seen) -> bool:
    """Tell whether something that is no search of a known form may have looked for a name."""
    return seen.delegated or any(
        name in ran.command
        and not any(own in ran.command for own in stated.own)
        and not any(one.program in _SEARCHERS for one in simple_commands(ran.command))
        for ran in seen.commands
    )

"""What a worker handed in, read once: the two files, and what the checks need to judge them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.bounds import (
    DELIVERABLE_BYTES,
    DELIVERABLE_LINES,
    JSON_DEPTH,
    JSON_PARTS,
    Over,
    over_nesting,
    over_notes,
)
from sessions.errors import NotReadable, shown
from sessions.files import read_regular
from workers.codes import CODES
from workers.contract import Place, Problem
from workers.deliverables import profile_of, report_model
from workers.deliverables.kinds import ANALYSIS
from workers.delivery.finding_ids import malformed_findings
from workers.delivery.json_citations import with_lines_apart
from workers.delivery.json_lines import texts_in
from workers.delivery.meant import Taken, take_as_meant
from workers.delivery.notes_reader import read_notes
from workers.delivery.outline import is_template_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from workers.catalog import Worker
    from workers.deliverables.profile import Profile
    from workers.delivery.notes import Notes, Section
    from workers.repository.repository import Repository
    from workers.repository.work import Work


class TakenOver(NamedTuple):
    """A handoff that the worker accepted: its id, whose it is, what it says."""

    id: str
    worker: str
    text: str


class Expected(NamedTuple):
    """What is known of a delivery beforehand; None where it is judged without a session.

    `work` is what was changed and run since the base, where one was recorded; `prove` the literal
    command that runs proofs; `handoffs` are those that the worker accepted.
    """

    session_id: str | None = None
    set_up_at: str | None = None
    task: str | None = None
    kind: str = ANALYSIS
    work: Work | None = None
    prove: str = "prove"
    handoffs: tuple[TakenOver, ...] = ()


@dataclass(frozen=True, eq=False)
class Delivery:
    """Two files as they were read, once: what the checks are given. Compared by identity."""

    worker: Worker
    repository: Repository
    notes_file: str
    json_file: str
    notes_text: str | None
    json_text: str | None
    digests: dict[str, str]
    expected: Expected = field(default_factory=Expected)
    reading_problems: tuple[Problem, ...] = ()

    @property
    def kind(self) -> str:
        """What was asked for: one of KINDS."""
        return self.expected.kind

    @property
    def work(self) -> Work | None:
        """What was changed and run since the base, where one was recorded."""
        return self.expected.work

    @cached_property
    def notes(self) -> Notes | None:
        """The notes, None if they could not be read."""
        return None if self.notes_text is None else read_notes(self.notes_text)

    @cached_property
    def profile(self) -> Profile:
        """The vocabulary of the worker."""
        return profile_of(self.worker, self.kind)

    @cached_property
    def noted_findings(self) -> list[tuple[str, Section]]:
        """The findings of the notes, in order: id and section."""
        return self.notes.findings(self.profile.finding_id) if self.notes else []

    @cached_property
    def malformed_findings(self) -> list[tuple[str, Section]]:
        """The headings that mean to be findings and have no well-formed id: the id each means."""
        if self.notes is None:
            return []
        listed = {text_of(entry, "id") for _, entry in self.entries("findings")}
        ids = {one for one in listed if self.profile.finding_id.fullmatch(one)}
        return malformed_findings(self.notes, self.profile, ids)

    @property
    def meant_findings(self) -> list[tuple[str, Section]]:
        """The findings of the notes, those with a malformed id under the one they mean."""
        return [*self.noted_findings, *self.malformed_findings]

    @cached_property
    def _parsed(self) -> tuple[Any, tuple[Problem, ...]]:
        if self.json_text is None:
            return None, ()
        return parse_strictly(self.json_text, self.json_file)

    @property
    def claimed_root(self) -> str | None:
        """Where the report says the repository was; known before any path is looked up."""
        value = self._parsed[0]
        metadata = value.get("analysis_metadata") if isinstance(value, dict) else None
        root = metadata.get("project_root") if isinstance(metadata, dict) else None
        return root if isinstance(root, str) else None

    @property
    def data(self) -> dict[str, Any]:
        """The JSON object, empty if there is none that parses; values may be of any type."""
        value = self._parsed[0]
        if not isinstance(value, dict):
            return {}
        _ = self._as_meant
        return value

    @cached_property
    def _as_meant(self) -> tuple[list[Taken], list[Taken]]:
        """What was put as the model has it, then the citations whose `file` held the lines."""
        value = self._parsed[0]
        if not isinstance(value, dict):
            return [], []
        taken = take_as_meant(value, report_model(self.worker, self.kind), self.repository.root)
        return taken, list(with_lines_apart(value, self.repository))

    @cached_property
    def texts(self) -> list[tuple[str, str]]:
        """Pointer and text of every string in the JSON."""
        return texts_in(self.data)

    @property
    def normalised(self) -> list[Taken]:
        """What was in another form and taken as it is meant: of the JSON, then of the notes."""
        values = [one for several in self._as_meant for one in several]
        citations = self.notes.in_other_notations() if self.notes else ()
        return [*values, *(Taken("", one.written, one.plain, one.at) for one in citations)]

    @property
    def parses(self) -> bool:
        """Whether there is a JSON object at all."""
        return isinstance(self._parsed[0], dict)

    @property
    def parsing_problems(self) -> tuple[Problem, ...]:
        """Why the JSON is none."""
        return self._parsed[1]

    def entries(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield pointer and entry of each object in the list `name`."""
        rows = self.data.get(name)
        for position, row in enumerate(rows if isinstance(rows, list) else []):
            if isinstance(row, dict):
                yield f"/{name}/{position}", row

    @property
    def lists(self) -> tuple[str, ...]:
        """The keys of the findings and of the worker's own lists."""
        return ("findings", *(listed.key for listed in self.profile.lists))

    def entries_of(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield pointer and entry of each object in the lists whose entries are of a kind."""
        for name in self.profile.keys_of(kind):
            yield from self.entries(name)

    def object(self, name: str) -> dict[str, Any]:
        """Return the object at the key `name`, empty if there is none."""
        value = self.data.get(name)
        return value if isinstance(value, dict) else {}

    @property
    def files_analyzed(self) -> list[tuple[str, str]]:
        """Pointer and path of each text in files_analyzed that is no mark of the template."""
        files = self.object("analysis_metadata").get("files_analyzed")
        return [
            (f"/analysis_metadata/files_analyzed/{position}", file)
            for position, file in enumerate(files if isinstance(files, list) else [])
            if isinstance(file, str) and not is_template_text(file)
        ]

    def in_notes(self, line: int | None = None) -> Place:
        """Return a place in the notes."""
        return Place(self.notes_file, line)

    def in_json(self, pointer: str) -> Place:
        """Return a place in the JSON; its line is found out when it is shown."""
        return Place(self.json_file, None, pointer)


def text_of(entry: dict[str, Any], name: str) -> str:
    """Return a text of an entry, empty if there is none: any type may stand there."""
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def is_there(entry: dict[str, Any]) -> bool:
    """Tell whether an entry is of something that is in the code now, by its own words."""
    return text_of(entry, "status") in {"existing", "implemented", "modified"}


def problem(code: str, message: str, hint: str, *places: Place) -> Problem:
    """Make a problem with the severity of its code."""
    return Problem(code, CODES[code].severity, message, hint, places or (Place(),))


def read_delivery(
    worker: Worker,
    repository: Repository,
    notes_file: Path,
    json_file: Path,
    expected: Expected | None = None,
) -> Delivery:
    """Read both files; what is wrong with one does not hide the other.

    Raises OSError when a file is there and cannot be read (permission, I/O).
    """
    known = expected or Expected()
    again = "Run phase 1 again: it makes a missing file again and keeps the other."
    if known.session_id:
        again = f"Run {worker.name} --setup --session {known.session_id}: it makes the file again."
    notes_text, notes_digest, notes_problems = _read_text(notes_file, again, over_notes)
    json_text, json_digest, json_problems = _read_text(json_file, again)
    return Delivery(
        worker=worker,
        repository=repository,
        notes_file=str(notes_file),
        json_file=str(json_file),
        notes_text=notes_text,
        json_text=json_text,
        digests={notes_file.name: notes_digest, json_file.name: json_digest},
        expected=known,
        reading_problems=(*notes_problems, *json_problems),
    )


def _read_text(
    file: Path, again: str, over: Callable[[str], Over | None] | None = None
) -> tuple[str | None, str, list[Problem]]:
    place = Place(str(file))
    try:
        data = read_regular(file, DELIVERABLE_BYTES)
    except FileNotFoundError:
        return None, "", [problem("S01", f"{file.name} is missing", again, place)]
    except NotReadable as error:
        return None, "", [problem("S04", error.message, error.hint, place)]
    digest = hashlib.sha256(data).hexdigest()
    try:
        text = data.decode("utf-8-sig").lstrip("\ufeff")
    except UnicodeDecodeError as error:
        message = f"{file.name} is not UTF-8 at byte {error.start}: {error.reason}"
        return None, digest, [problem("S03", message, "Save it as UTF-8.", place)]
    if "\0" in text:
        at = text[: text.index("\0")].count("\n") + 1
        message = f"{file.name} contains a NUL character"
        return None, digest, [problem("S03", message, "Remove it.", Place(str(file), at))]
    if text.count("\n") > DELIVERABLE_LINES:
        message = f"{file.name} has more than {DELIVERABLE_LINES:,} lines"
        return None, digest, [problem("S04", message, "Shorten it.", place)]
    if not text.strip():
        hint = f"Remove the empty file. {again}"
        return None, digest, [problem("S02", f"{file.name} is empty", hint, place)]
    limit = over(text) if over else None
    if limit is not None:
        message = f"{file.name} has {limit.what}, and is not read"
        hint = "Keep what matters; `explain limits` lists what is read at most."
        return None, digest, [problem("S04", message, hint, Place(str(file), limit.line))]
    return text, digest, []


class _NotJson(Exception):
    """A value that JSON does not have."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def parse_strictly(text: str, file: str) -> tuple[Any, tuple[Problem, ...]]:
    """Parse JSON as its standard has it: no key twice, no NaN, no number beyond a double.

    Returns None with the problem when it does not parse. Keys that stand twice are reported and
    the rest is still returned, so that they hide nothing else.
    """
    deep = over_nesting("json", text, JSON_DEPTH)
    if deep is not None:
        return None, (_too_deep(file, deep.line),)
    doubled: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        merged = dict(pairs)
        if len(merged) < len(pairs):
            seen: set[str] = set()
            doubled.extend(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        return merged

    try:
        value = json.loads(
            text, object_pairs_hook=unique, parse_constant=_no_constant, parse_float=_finite
        )
    except json.JSONDecodeError as error:
        message = f"{error.msg} at line {error.lineno}, column {error.colno}"
        return None, (problem("J01", message, _hint_for(text, error), Place(file, error.lineno)),)
    except _NotJson as error:
        hint = "Write a finite decimal number, or null where null is allowed."
        return None, (problem(error.code, error.message, hint, Place(file)),)
    except ValueError:  # an integer of more than 4,300 digits
        hint = "Write the number that was meant."
        return None, (problem("J03", "a number has thousands of digits", hint, Place(file)),)
    except RecursionError:
        return None, (_too_deep(file),)
    if text.count("{") + text.count("[") > JSON_PARTS and _parts(value) > JSON_PARTS:
        message = f"{file.rsplit('/', 1)[-1]} has more than {JSON_PARTS:,} objects and arrays"
        return None, (problem("S04", message, "Keep what matters.", Place(file)),)
    if not isinstance(value, dict):
        hint = "Keep the outermost { } of the template."
        kind = {list: "an array", str: "text", type(None): "null", bool: "true or false"}.get(
            type(value), "a number"
        )
        return None, (problem("J05", f"the document is {kind}", hint, Place(file, 1)),)
    return value, tuple(
        problem("J02", f"the key {shown(name)} appears twice", "Keep one of the two.", Place(file))
        for name in dict.fromkeys(doubled)
    )


def _no_constant(name: str) -> Any:
    raise _NotJson("J03", f"{name} is not a number of JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise _NotJson("J03", f"{shown(digits, 30)} is larger than any number that is kept")
    return value


def _too_deep(file: str, line: int | None = None) -> Problem:
    hint = "Keep the structure of the template."
    return problem("J04", f"nested more than {JSON_DEPTH} levels deep", hint, Place(file, line))


def _parts(value: Any) -> int:
    """Return how many objects and arrays a value is made of."""
    if not isinstance(value, dict | list):
        return 0
    return 1 + sum(map(_parts, value.values() if isinstance(value, dict) else value))


def _hint_for(text: str, error: json.JSONDecodeError) -> str:
    rest = text[error.pos : error.pos + 2]
    if text.lstrip().startswith("```"):
        return "Remove the fence around the JSON: the file contains only the object."
    if error.msg == "Extra data":
        return "Keep one object, with nothing after it."
    if error.pos >= len(text.rstrip()):
        return "The file ends too early: close what is open."
    if rest in {"//", "/*"}:
        return "Remove the comment: JSON has none."
    if rest[:1] == "'":
        return "Use double quotes: \" instead of '."
    if "control character" in error.msg:
        return "Write line ends in texts as \\n, tabs as \\t."
    if rest[:1] in {"]", "}"} or "trailing comma" in error.msg:
        return "Remove the comma before it."
    return "Fix the JSON there."

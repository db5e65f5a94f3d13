"""A judged report as every format takes it: one row for each thing that somebody has to look at.

Nothing here opens a file: `workers.phases.judged` reads the report and what its verdict left.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from workers.contract import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from workers.reporting.artefacts.accepted import Report

# The id in `Session` and its judgements of two files that were judged without a session: what reads
# a format shows it in the names of tests and runs. No such session is looked for.
NO_SESSION = "check"
Severity = Literal["critical", "high", "medium", "low", "error", "warning"]
# Worst first: what is not accepted before what was found.
SEVERITIES: tuple[Severity, ...] = ("error", "critical", "high", "medium", "warning", "low")


class Cited(NamedTuple):
    """Lines of the repository, from 1; `line` is None where a file as a whole is meant.

    `lines` are those of the file from `first` on, the cited ones and a few around, secrets masked;
    none where the file cannot be shown. `changed`: it is not the file that was judged. `line_hash`
    is GitHub's of `line`, "" where it is not known. `link` is its address at the judged commit, ""
    where that has another content or nobody knows the host.
    """

    file: str  # from the root on, with /
    line: int | None = None
    end_line: int | None = None
    first: int = 1
    lines: tuple[str, ...] = ()
    changed: bool = False
    line_hash: str = ""
    link: str = ""
    inside: str = ""  # what opened the comment or string that the first of `lines` is in

    def __str__(self) -> str:
        """Return `file`, `file:line` or `file:line-end`."""
        if self.line is None:
            return self.file
        last = "" if self.end_line in {None, self.line} else f"-{self.end_line}"
        return f"{self.file}:{self.line}{last}"


class Entry(NamedTuple):
    """A problem of the verdict, or a finding of an accepted report: the same in every format."""

    fingerprint: str
    kind: Literal["problem", "finding"]
    worker: str
    rule: str  # a problem's code, or `finding/DOMAIN`
    severity: Severity
    about: str  # what it is about: a finding's id, an endpoint, a table; "" for the report itself
    title: str  # one sentence
    text: str  # what more is said, or ""
    advice: str
    reported_at: Cited  # in the session: the report's own line
    pointer: str | None  # RFC 6901, in the report's JSON
    places: tuple[Cited, ...] = ()  # in the code; the first one shows it best
    says: str = ""  # what the report states, where a problem is that the code refutes it

    @property
    def place(self) -> Cited:
        """Where to point: into the code, else into the report."""
        return self.places[0] if self.places else self.reported_at


class FileChange(NamedTuple):
    """A file that a report says was changed; `former` is where a renamed one was."""

    file: str  # from the root on
    kind: str
    former: str
    summary: str


class Proved(NamedTuple):
    """A proof as its last run was recorded; `outcome` is "" where none was."""

    name: str  # "" for a command of the worker's own
    command: str
    claim: str  # what the report says that it shows
    outcome: str
    counts: tuple[tuple[str, int], ...]  # of tests: those that somebody counted
    sandbox: str
    is_locked: bool  # it ran as the base defines it

    def tests(self) -> str:
        """Return how many tests it had, by what became of them."""
        named = (f"{count:,} {'new' if word == 'added' else word}" for word, count in self.counts)
        return ", ".join(named) or "no test counted"


class Work(NamedTuple):
    """What a report on a change says was done, and what was recorded of its proofs."""

    outcome: str
    reason: str
    parts: tuple[tuple[str, str], ...]  # of what was asked for, each with how far it is
    files: tuple[FileChange, ...]
    proofs: tuple[Proved, ...]
    commits: tuple[tuple[str, str], ...]  # name, subject


class Judgement(NamedTuple):
    """What is known of one worker's report when it was last judged, and of the files since."""

    session_id: str
    worker: str
    kind: str
    status: Literal["accepted", "rejected"]
    judged_at: str
    commit: str | None  # checked out when it was judged
    dirty: bool | None
    entries: tuple[Entry, ...]  # worst first
    claims: tuple[dict[str, Any], ...]  # as in the file of claims
    claimed: dict[str, Any]  # scores: the worker's own, of 10
    computed: dict[str, Any]  # and the program's, of 100
    coverage: dict[str, Any]
    not_examined: tuple[dict[str, Any], ...]
    verdicts: tuple[dict[str, Any], ...]  # of earlier attempts too, oldest first
    report_changed: bool  # rejected, and the two files are not those that were judged
    task: str
    cited: dict[str, str]  # SHA-256 of every file that was opened to judge it
    changed: tuple[str, ...] = ()  # those of them that are other ones now
    seconds: float = 0.0  # that judging took
    web: str = ""  # the address of the repository's pages
    unlinked: str = ""  # why no place has a link
    claim_counts: tuple[tuple[str, int], ...] = ()  # of those that weigh, by verdict
    handed: Callable[[], Report] | None = None  # an accepted report as it is handed on
    work: Work | None = None  # of a report on a change

    def counts(self) -> tuple[int, int, int]:
        """Return how many errors, warnings and findings there are."""
        problems = self.of("problem")
        errors = sum(entry.severity == "error" for entry in problems)
        return errors, len(problems) - errors, len(self.of("finding"))

    def counted(self) -> str:
        """Say so in words; findings only where there are some."""
        errors, warnings, findings = self.counts()
        parts = [counted(errors, "error"), counted(warnings, "warning")]
        return ", ".join([*parts, *([counted(findings, "finding")] if findings else [])])

    def of(self, kind: str) -> list[Entry]:
        """Return the problems, or the findings."""
        return [entry for entry in self.entries if entry.kind == kind]


class Gone(NamedTuple):
    """An entry of an earlier judgement that this one does not have."""

    worker: str
    rule: str
    severity: str
    about: str
    title: str


class Since(NamedTuple):
    """What changed since an earlier judgement.

    `gone` and `new` (fingerprints) are None where only a receipt is there: it names no entries, and
    `files` are the cited ones that differ.
    """

    source: str
    gone: tuple[Gone, ...] | None
    new: frozenset[str] | None
    files: tuple[str, ...] = ()


class Session(NamedTuple):
    """A session's judged reports, its timeline, and those that were not judged with the reason."""

    session_id: str
    status: str
    judgements: tuple[Judgement, ...]
    not_judged: tuple[tuple[str, str], ...]
    timeline: tuple[tuple[str, str, str, str], ...]  # when, worker, event type, what was said
    plan: tuple[tuple[str, tuple[str, ...]], ...] = ()  # worker, those that it waits for
    synthesis: dict[str, Any] | None = None  # as `scribe` wrote it
    since: Since | None = None
    checked: str = ""  # of NO_SESSION: the JSON that was judged, from the root on
    only: str | None = None  # the one worker that was asked for
    prefix: str = ""  # where the root is in its git repository, with a / at its end
    root: str = ""  # for its name: no format shows where it is

    def entries(self) -> list[Entry]:
        """Return what there is to look at in all reports, worst first."""
        return worst_first(one for judged in self.judgements for one in judged.entries)


def worst_first(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries by severity; those of one in the order in which they came."""
    return sorted(entries, key=lambda entry: SEVERITIES.index(entry.severity))


def fingerprints(subjects: Sequence[tuple[str, ...]]) -> list[str]:
    """Return 32 hexadecimal digits for each subject: what it is about, never on which line.

    Equal subjects are told apart by their order, so that no two are the same.
    """
    seen: dict[tuple[str, ...], int] = {}
    made = []
    for subject in subjects:
        seen[subject] = seen.get(subject, 0) + 1
        words = "\0".join((*subject, str(seen[subject])))
        made.append(hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32])
    return made

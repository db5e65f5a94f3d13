"""What can stop the program, as one small tree; cli.py turns each into a line and an exit code.

WaggleError            could not run (exit 3)
├── BadInput           an id, an option or a task that is malformed (exit 2)
├── NoSuchRoot         the repository's folder is not there
├── NoSuchSession      no session of that id
├── NotSetUp           the worker was never set up in this session
├── NoPrompt           the worker has no task yet, or it cannot be read
├── OtherTask          the worker already has another task
├── Damaged            the session's files are not what the program wrote
├── Foreign            another program made the session: it is only read
├── NoSuchTicket       no blocker, escalation or handoff of that id
├── Paused             the session is paused or archived
├── BadArchive         an archive does not match its digests
├── Busy               another process holds the session
├── NotReadable        a file that must be read is not a readable regular file
├── NoModel            a model cannot be used here: package, key, login or name
├── ModelFailed        a model was asked and gave no answer that can be used
├── LimitReached       a run of a model reached a limit that was set for it
├── BadPlan            a plan is not there, or breaks a rule of plans
├── BadWorker          a worker's folder is damaged, or not the one that phase 1 had
├── NotSent            a host refused what was to be published, or cannot be reached
├── Superseded         another executor took this process's job over
├── NoEngine           what runs plans is not installed, or cannot be reached
├── NoArtefact         no accepted report, or none that an artefact can be made of
└── JudgeDied          phase 3 crashed, or took more time or memory than it may
"""

from __future__ import annotations

import os

from sessions.patterns import lazy_pattern

# Controls, what has no width, what turns the direction, lone surrogates, tags (hidden text).
UNSAFE = (
    "\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f"
)
_UNSAFE = lazy_pattern(f"[\x00-\x1f{UNSAFE}]")
SHOWN_CHARACTERS = 120


def escaped(text: str) -> str:
    """Replace every control, direction and zero-width character and lone surrogate by its escape.

    What comes out can be printed on a terminal: it moves no cursor and reorders nothing.
    """
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def shown(text: object, limit: int = SHOWN_CHARACTERS) -> str:
    """Quote foreign text for a message: escaped, on one line, at most `limit` characters."""
    plain = escaped(str(text)[: limit + 1])
    return f"'{plain[:limit]}...'" if len(plain) > limit else f"'{plain}'"


class WaggleError(Exception):
    """The program could not do what was asked; `hint` says what to do next."""

    code = "R01"
    exit_code = 3

    def __init__(self, message: str, hint: str) -> None:
        """Take what is wrong and what to do, both ready to be printed."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type[WaggleError], tuple[str, str]]:
        """Let a child process hand it on."""
        return type(self), (self.message, self.hint)


class BadInput(WaggleError):
    """An id, an option or a task is malformed."""

    code = "R02"
    exit_code = 2


class NoSuchRoot(WaggleError):
    """The folder of the repository is not there."""

    code = "R03"


class NoSuchSession(WaggleError):
    """No session of that id is below the root."""

    code = "R04"


class NotSetUp(WaggleError):
    """The worker was never set up in this session."""

    code = "R05"


class NoPrompt(WaggleError):
    """The worker has no task, or the file that should hold it cannot be taken."""

    code = "R06"


class OtherTask(WaggleError):
    """The worker already has a task, and it is another one."""

    code = "R07"


class Damaged(WaggleError):
    """A file or folder of the session is not what the program wrote."""

    code = "R08"


class Foreign(WaggleError):
    """Another program made the session; it is read, and written only when asked for."""

    code = "R12"


class NoSuchTicket(WaggleError):
    """No blocker, escalation or handoff of that id is open."""

    code = "R13"


class Paused(WaggleError):
    """The session is paused or archived."""

    code = "R14"


class BadArchive(WaggleError):
    """An archive does not hold what it says, or holds what no session has."""

    code = "R15"


class Busy(WaggleError):
    """Another process holds the session's lock."""

    code = "R09"


class Superseded(WaggleError):
    """A job was taken over by another executor while this one still did it."""

    code = "R24"


class NoEngine(WaggleError):
    """What runs a plan's jobs is not installed, cannot be reached, or is another program's."""

    code = "R25"


class NotReadable(WaggleError):
    """A file is not a regular file, or larger than what is read of it."""

    code = "R10"


class NoModel(WaggleError):
    """A model cannot be used here until something is installed, set or logged in."""

    code = "R16"


class ModelFailed(WaggleError):
    """A model was asked and gave no answer that can be used; asking again may help."""

    code = "R17"


class LimitReached(WaggleError):
    """A run of a model came to the requests, tokens, cost or time that it may take."""

    code = "R18"


class BadPlan(WaggleError):
    """A session's plan is not there, or breaks a rule of plans."""

    code = "R19"


class BadWorker(WaggleError):
    """A worker's folder is damaged, or is no longer the one that phase 1 had."""

    code = "R21"


class NoArtefact(WaggleError):
    """No report was accepted, or none holds what an artefact is made of."""

    code = "R22"


class NotSent(WaggleError):
    """A host takes nothing from us: no token, no permission, no answer, a limit."""

    code = "R23"


class JudgeDied(WaggleError):
    """Phase 3 crashed, or took more time or memory than it may: there is no verdict."""

    code = "R20"


def of_system(error: WaggleError | OSError) -> WaggleError:
    """Return an error of ours as it is, one of the system with what it names and a next step."""
    if isinstance(error, WaggleError):
        return error
    reason = error.strerror or str(error)
    if error.filename is None:
        return WaggleError(f"the system refused: {reason}", "Mend that and run it again.")
    named = error.filename2 or error.filename  # of a rename the target is what people know
    return WaggleError(
        f"{shown(os.fsdecode(named), 300)}: {reason}",
        "Mend the disk or the permission and run it again; nothing half-written was left.",
    )

"""What an expression is for a request without credentials, beside the values of the follower."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Literal

from workers.survey.endpoints.follower.values import External, LibraryObject

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.values import Frame, Value


# What a function must do to let a request through: call what it is given to go on with (an argument
# of `next` is an error), return something true, return nothing (`before`: what it returns is the
# answer), or only come to its end; `call` is a function that another one calls.
Mode = Literal["next", "wrap", "return", "before", "bool", "call"]


class Sign(Enum):
    """A value that is known by its part alone."""

    ABSENT = "absent"  # comes from the request, which has none; nothing
    UNKNOWN = "unknown"
    PASS_ON = "pass on"  # noqa: S105  # calling it lets the request through
    REFUSAL = "refusal"  # an answer or an error of 401 or 403
    ERROR = "error"  # an answer or an error of another status


ABSENT, UNKNOWN, PASS_ON, REFUSAL, ERROR = Sign


def truth(value: Value) -> bool | None:
    """Tell whether a value counts as true, None if that is unknown."""
    if value is None or value is UNKNOWN or isinstance(value, External | LibraryObject):
        return None
    if value is ABSENT:
        return False
    return bool(value) if isinstance(value, bool | int | str | list | dict) else True


def refuses(value: Value) -> bool:
    """Tell whether a value is a refusal, or its status."""
    return value is REFUSAL or (value in (401, 403) and not isinstance(value, bool))


class Ended(Exception):
    """A way through a function came to its end."""


@dataclass
class Result:
    """What became of the request on all ways that may be gone."""

    refuses: bool = False
    passes: bool = False
    errs: bool = False  # an error of another status, or one that is not known
    stops: bool = False  # answered otherwise
    goes_on: bool = False  # what lets the request through was called
    by_identity: bool = False  # a library's word of who is calling was looked at
    doubts: list[str] = field(default_factory=list)
    returned: list[Value] = field(default_factory=list)
    throws: bool = False  # it refuses by an error, which whoever calls it may take

    def take(self, other: Result) -> None:
        """Add what another function did on the way."""
        self.refuses |= other.refuses
        self.passes |= other.passes
        self.errs |= other.errs
        self.stops |= other.stops
        self.goes_on |= other.goes_on
        self.by_identity |= other.by_identity
        self.doubts += other.doubts


@dataclass
class Trying:
    """What is done after an error: name, types and statements; `falls`: and then one goes on."""

    handlers: list[list[Value]]
    frame: Frame
    falls: bool = False

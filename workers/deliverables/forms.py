"""Forms that the reports of several workers are made of."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from sessions.patterns import lazy_pattern


class MeantAs(NamedTuple):
    """Marks a type of which another form is read as it is meant; a name of READERS in `meant`."""

    reader: str


class Form(BaseModel):
    """No unknown keys, no coercion: what another form means was taken so before (see `meant`)."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


_SAYS_SOMETHING = lazy_pattern(r"\w")


def _filled(text: str) -> str:
    if not _SAYS_SOMETHING.search(text):
        raise PydanticCustomError("empty_text", "is empty")
    return text


def _is_text_or_list(value: Any) -> Any:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise PydanticCustomError("text_or_list", "must be text or a list of texts")
    if not all(map(_SAYS_SOMETHING.search, texts)):
        raise PydanticCustomError("empty_text", "is empty")
    return value


def _is_text_or_object(value: Any) -> Any:
    if not isinstance(value, str | dict):
        raise PydanticCustomError("text_or_object", "must be text or an object")
    if isinstance(value, str) and not _SAYS_SOMETHING.search(value):
        raise PydanticCustomError("empty_text", "is empty")
    return value


def _is_text_or_object_of_texts(value: Any) -> Any:
    texts = list(value.values()) if isinstance(value, dict) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise PydanticCustomError("text_or_texts", "must be text or an object of texts")
    if not all(map(_SAYS_SOMETHING.search, texts)):
        raise PydanticCustomError("empty_text", "is empty")
    return value


def _is_scalar(value: Any) -> Any:
    if not isinstance(value, str | int | float):
        raise PydanticCustomError("scalar", "must be text, a number, true or false")
    return value


def _is_timestamp(text: str) -> str:
    # fromisoformat takes times without a zone and bare dates; a report's time needs both.
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise PydanticCustomError(
            "timestamp", "is not an ISO 8601 time: {reason}", {"reason": str(error)}
        ) from None
    if parsed.tzinfo is None:
        raise PydanticCustomError("timestamp", "is a time without a zone")
    return text


def _is_error_response(text: str) -> str:
    if not re.match(r"[1-5][0-9]{2}(?![0-9])", text):
        raise PydanticCustomError("error_response", "does not begin with a status code")
    return text


_TEXT_SCHEMA = {"type": "string", "minLength": 1}
Text = Annotated[str, AfterValidator(_filled), Field(json_schema_extra={"minLength": 1})]
# Free text where None is an answer: there is no such thing.
TextOrNone = Annotated[Text, MeantAs("none")]
FindingId = Annotated[Text, MeantAs("finding id")]
Version = Annotated[Text, MeantAs("number")]
MethodName = Annotated[Text, MeantAs("upper")]
TextOrList = Annotated[
    Any,
    BeforeValidator(_is_text_or_list),
    WithJsonSchema({"anyOf": [_TEXT_SCHEMA, {"type": "array", "items": _TEXT_SCHEMA}]}),
]
TextOrObject = Annotated[
    Any,
    MeantAs("text or object"),
    BeforeValidator(_is_text_or_object),
    WithJsonSchema({"anyOf": [_TEXT_SCHEMA, {"type": "object"}]}),
]
TextOrTexts = Annotated[
    Any,
    MeantAs("text or texts"),
    BeforeValidator(_is_text_or_object_of_texts),
    WithJsonSchema({"anyOf": [_TEXT_SCHEMA, {"type": "object"}]}),
]
Timestamp = Annotated[
    str, AfterValidator(_is_timestamp), Field(json_schema_extra={"format": "date-time"})
]
Scalar = Annotated[
    Any,
    BeforeValidator(_is_scalar),
    WithJsonSchema({"anyOf": [{"type": kind} for kind in ("string", "number", "boolean")]}),
]
ErrorResponse = Annotated[str, MeantAs("number"), AfterValidator(_is_error_response)]
Score = Annotated[float, Field(ge=0, le=10)]
Count = Annotated[int, Field(ge=0)]

Severity = Literal["critical", "high", "medium", "low"]
Status = Literal["existing", "proposed"]
ChangeStatus = Literal["implemented", "modified", "removed", "existing", "proposed"]
Effort = Annotated[Literal["hours", "days", "weeks"], MeantAs("effort")]


class Evidence(Form):
    """A citation: the file is absolute, lines count from 1 and the end is included."""

    file: Text
    line: Annotated[int, Field(ge=1)]
    end_line: Annotated[int, Field(ge=1)] | None = None
    snippet: Text | None = None


class Handoff(Form):
    """Work for another worker."""

    to: Text
    summary: Text
    artifacts: list[Text] = []


class ChecklistItem(Form):
    """An item of a checklist of the worker, and its answer."""

    item: Text
    status: Literal["done", "not_applicable", "open"]
    evidence: list[Evidence] = []
    reason: Text | None = None


class CompletionCriterion(Form):
    """A completion criterion: met with evidence, or waived with a reason."""

    criterion: Text
    status: Literal["met", "waived"]
    evidence: list[Evidence] = []
    reason: Text | None = None


class NotExamined(Form):
    """Something that the worker did not look at."""

    area: Text
    reason: Text


class AnsweredByWork(Form):
    """What else an answer of a change report may rest on: ids of `changes` and of `proofs`."""

    change_ids: list[Text] = []
    proof_ids: list[Text] = []


class Part(Form):
    """A part of what was asked for, and whether it is done."""

    part: Text
    status: Literal["done", "partial", "not_done"]


class Outcome(Form):
    """What became of the task: an honest `partial` or `blocked` has a reason."""

    status: Literal["done", "partial", "blocked"]
    reason: Text | None = None
    parts: list[Part] = []


class FileChange(Form):
    """A file that was changed (absolute); a folder ending in `/**` is one a program generated."""

    id: Annotated[str, Field(pattern="^CHG-[0-9]{3}$")]
    file: Text
    kind: Literal["added", "modified", "deleted", "renamed"]
    from_: Annotated[Text | None, Field(alias="from")] = None
    summary: Text
    finding_ids: list[Text] = []


class Proof(Form):
    """A run: `name` of a locked proof or `command`, with what it ended with and counted."""

    id: Annotated[str, Field(pattern="^PRF-[0-9]{3}$")]
    name: Text | None = None
    command: Text | None = None
    claim: Text | None = None
    exit_code: int
    passed: Count | None = None
    failed: Count | None = None
    skipped: Count | None = None
    added: Count | None = None
    metrics: dict[str, Any] | None = None


class Commit(Form):
    """A commit that the worker made."""

    sha: Annotated[str, Field(pattern="^[0-9a-fA-F]{7,64}$")]
    subject: Text | None = None


class NotMine(Form):
    """A file that changed during the work, by somebody else."""

    file: Text
    reason: Text

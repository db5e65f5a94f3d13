"""The recorded conversation of a worker: what was paid for is never asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.files import append_synced, read_regular
from workers.agents.limits import TRANSCRIPT_BYTES
from workers.contract import escape_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic_ai.messages import ModelMessage, ModelResponse


class Transcript:
    """Messages, one a line of JSON, appended and synced as they come."""

    def __init__(self, file: Path, check: Callable[[], None] = lambda: None) -> None:
        """Read what was recorded; a line that a killed writer tore is left out.

        `check` is asked before each writing, and may raise what forbids it.

        A last answer that was cut at its largest size is paid for, and asked again: the
        conversation could not go on from it.
        """
        self.file = file
        self._check = check
        data = _data(file)
        self._size = len(data)
        last = data.rpartition(b"\n")[2]
        self._is_whole = bool(_messages(last))  # it lacks its line's end alone
        self._torn = 0 if self._is_whole else len(last)
        recorded = [message for line in data.splitlines() for message in _messages(line)]
        self.answers: list[ModelResponse] = _answers(recorded)
        self.messages = recorded[:-1] if recorded and _was_cut(recorded[-1]) else recorded

    def keep(self, messages: list[ModelMessage]) -> None:
        """Record those messages of a conversation that were not recorded yet.

        Raises Busy where another process wrote to the file: then the conversation is another one.
        """
        from pydantic_ai.messages import ModelMessagesTypeAdapter

        new = messages[len(self.messages) :]
        if new:
            self._check()
            lines = [ModelMessagesTypeAdapter.dump_json([message])[1:-1] for message in new]
            text = b"".join(line + b"\n" for line in lines).decode("utf-8", "surrogatepass")
            end = b"\n" if self._is_whole else b""
            self._size = append_synced(
                self.file,
                end + escape_json(text).encode(),
                instead_of=self._torn,
                of_size=self._size,
            )
            self._is_whole, self._torn = False, 0
            self.messages += new
            self.answers += _answers(new)

    @property
    def is_open(self) -> bool:
        """Whether the conversation stopped in the middle: an answer or a call is outstanding."""
        from pydantic_ai.messages import ModelResponse

        if not self.messages:
            return False
        last = self.messages[-1]
        return not isinstance(last, ModelResponse) or bool(last.tool_calls)


def _answers(messages: list[ModelMessage]) -> list[ModelResponse]:
    from pydantic_ai.messages import ModelResponse

    return [one for one in messages if isinstance(one, ModelResponse)]


def _was_cut(message: ModelMessage) -> bool:
    from pydantic_ai.messages import ModelResponse

    return isinstance(message, ModelResponse) and message.finish_reason == "length"


def _data(file: Path) -> bytes:
    try:
        return read_regular(file, TRANSCRIPT_BYTES)
    except FileNotFoundError:
        return b""


def _messages(line: bytes) -> list[ModelMessage]:
    """Return the message of a line, none where it is torn."""
    from pydantic import ValidationError
    from pydantic_ai.messages import ModelMessagesTypeAdapter

    try:
        return ModelMessagesTypeAdapter.validate_json(b"[" + line + b"]")
    except ValidationError:
        return []

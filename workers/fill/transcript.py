"""The recorded conversation of a worker: what was paid for is never asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.files import append_synced, read_regular

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_ai.messages import ModelMessage, ModelResponse

TRANSCRIPT_BYTES = 256 * 1024 * 1024


class Transcript:
    """Messages, one a line of JSON, appended and synced as they come."""

    def __init__(self, file: Path) -> None:
        """Read what was recorded; a line that a killed writer tore is left out."""
        self.file = file
        self.messages: list[ModelMessage] = list(_read(file))

    def keep(self, messages: list[ModelMessage]) -> None:
        """Record those messages of a conversation that were not recorded yet."""
        from pydantic_ai.messages import ModelMessagesTypeAdapter

        new = messages[len(self.messages) :]
        if new:
            lines = [ModelMessagesTypeAdapter.dump_json([message])[1:-1] + b"\n" for message in new]
            append_synced(self.file, b"".join(lines))
            self.messages += new

    def responses(self, start: int = 0) -> list[ModelResponse]:
        """Return the model's answers from a message on."""
        from pydantic_ai.messages import ModelResponse

        return [one for one in self.messages[start:] if isinstance(one, ModelResponse)]

    @property
    def is_open(self) -> bool:
        """Whether the conversation stopped in the middle: an answer or a call is outstanding."""
        from pydantic_ai.messages import ModelResponse

        if not self.messages:
            return False
        last = self.messages[-1]
        return not isinstance(last, ModelResponse) or bool(last.tool_calls)


def _read(file: Path) -> list[ModelMessage]:
    from pydantic import ValidationError
    from pydantic_ai.messages import ModelMessagesTypeAdapter

    try:
        lines = read_regular(file, TRANSCRIPT_BYTES).splitlines()
    except FileNotFoundError:
        return []
    messages: list[ModelMessage] = []
    for line in lines:
        try:
            messages += ModelMessagesTypeAdapter.validate_json(b"[" + line + b"]")
        except ValidationError:
            continue
    return messages

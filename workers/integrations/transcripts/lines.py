"""Reads the transcript of any client, within bounds: it may be larger than what should be kept."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING

from sessions.errors import NotReadable
from sessions.files import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workers.integrations.transcripts.messages import Message

TRANSCRIPT_BYTES = 256 * 1024 * 1024
LINE_BYTES = 32 * 1024 * 1024

# By client, the module of this package that reads its transcripts. It has `read(fields)`, a line
# as a message or None, `MARKS`, one of which is in each line with a call or what it answered, and
# `SKIPPED`, the beginnings of lines that say nothing.
READERS = {
    "claude-code": "claude",
    "codex": "codex",
    "copilot": "copilot",
    "gemini-cli": "gemini",
    "qwen-code": "qwen",
}


def messages_of(
    transcript: Path, client: str, *, agent: str | None = None, calls: bool = False
) -> Iterator[Message | None]:
    """Yield the messages of a transcript, None for what is not read, as a line that is no JSON.

    With `agent` those of others are left out, with `calls` lines without a call or its answer.
    """
    reader = importlib.import_module(f"{__package__}.{READERS[client]}")
    for line in _lines_of(transcript):
        if line.startswith(reader.SKIPPED):
            continue
        if calls and line and not any(mark in line for mark in reader.MARKS):
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            # The last line may still be being written.
            if not line or (line.endswith(b"\n") and line.strip()):
                yield None
            continue
        if isinstance(fields, dict):
            try:
                for message in reader.read(fields):
                    if agent is None or message.agent == agent:
                        yield message
            except (KeyError, TypeError, AttributeError):  # a line of another form
                yield None


def _lines_of(transcript: Path) -> Iterator[bytes]:
    """Yield the lines of a transcript, one at a time: it may be larger than what should be kept.

    An empty one stands for what is not read: a line that is too long, all behind a limit, a file
    that cannot be read.
    """
    size = 0
    try:
        with open_regular(transcript) as file:
            while line := file.readline(LINE_BYTES):
                size += len(line)
                if size > TRANSCRIPT_BYTES:
                    yield b""
                    return
                if len(line) < LINE_BYTES:
                    yield line
                    continue
                yield b""
                while line and not line.endswith(b"\n"):
                    line = file.readline(LINE_BYTES)
    except (OSError, NotReadable, ValueError):  # ValueError: a NUL in the name
        yield b""

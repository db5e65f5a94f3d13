"""Scripted agents for a headless phase 2: honest, sloppy, lying, hostile."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel

from tests.kit import HONEST

Call = tuple[str, dict[str, Any]]
DONE = "Both files are whole."


def scripted(answer: Callable[[list[ModelMessage]], list[Call] | str]) -> FunctionModel:
    """Make a model of a function: the conversation in, calls or a last text out."""

    def respond(messages: list[ModelMessage], _info: AgentInfo) -> ModelResponse:
        told = answer(messages)
        if isinstance(told, str):
            return ModelResponse(parts=[TextPart(told)])
        return ModelResponse(parts=[ToolCallPart(name, args) for name, args in told])

    return FunctionModel(respond, model_name="scripted")


def asked(messages: list[ModelMessage]) -> list[str]:
    """Return what the program asked, one text a turn."""
    return [
        str(part.content)
        for message in messages
        for part in message.parts
        if isinstance(part, UserPromptPart)
    ]


def results(messages: list[ModelMessage]) -> list[ToolReturnPart]:
    return [
        part
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, ToolReturnPart)
    ]


def calls_since_asked(messages: list[ModelMessage]) -> int:
    """Count the answers with calls since the program last asked."""
    count = 0
    for message in reversed(messages):
        if isinstance(message, ModelResponse):
            count += 1
        elif any(isinstance(part, UserPromptPart) for part in message.parts):
            break
    return count


def files_of(messages: list[ModelMessage]) -> tuple[str, str, str]:
    """Return notes, JSON and root as the first prompt names them."""
    first = asked(messages)[0]
    found = [re.search(rf"^{name}: (\S+)", first, re.MULTILINE) for name in NAMES]
    notes, json_file, root = (match[1] for match in found if match)
    return notes, json_file, root


NAMES = ("Notes", "JSON", "Repository")


def report(messages: list[ModelMessage]) -> tuple[str, str]:
    """Return the honest report as this session must have it."""
    _, json_file, root = files_of(messages)
    return report_for(Path(root), json_file.split("/")[3])


def report_for(root: Path, session: str) -> tuple[str, str]:
    """Return the texts of the honest report, for a session that was set up."""
    workers = root / "Docs" / "hive-mind" / "sessions" / session / "workers"
    made = (workers / "json" / "backend_output.json").read_text("utf-8")
    stamp = json.loads(made)["analysis_metadata"]["timestamp"]
    values = {"@ROOT@": str(root), "@SESSION@": session, "@TIME@": stamp}
    texts = []
    for name in ("backend_notes.md", "backend_output.json"):
        text = (HONEST / name).read_text("utf-8")
        for mark, value in values.items():
            text = text.replace(mark, value)
        texts.append(text)
    return texts[0], texts[1]


def write(messages: list[ModelMessage], notes: str, data: str) -> list[Call]:
    notes_file, json_file, _ = files_of(messages)
    return [
        ("write_file", {"path": notes_file, "content": notes}),
        ("write_file", {"path": json_file, "content": data}),
    ]


def honest(messages: list[ModelMessage]) -> list[Call] | str:
    """Read a file, write the report, end."""
    step = calls_since_asked(messages)
    if step == 0:
        return [("read_file", {"path": "app/orders.py"}), ("grep", {"pattern": "router"})]
    return write(messages, *report(messages)) if step == 1 else DONE


FAULTS = (
    (
        "S05",
        0,
        "The order service is small and",
        "FILL: three to six sentences. The service is small and",
    ),
    ("E06", 0, "`app/auth.py:17`", "`app/auth.py:12`"),
    ("C01", 1, '"total_api_endpoints": 4', '"total_api_endpoints": 12'),
)


def sloppy(messages: list[ModelMessage]) -> list[Call] | str:
    """Leave template text, cite a wrong line, inflate a count; then repair what it is told."""
    texts = list(report(messages))
    if len(asked(messages)) == 1:
        if calls_since_asked(messages):
            return DONE
        for _, index, right, wrong in FAULTS:
            assert right in texts[index], right
            texts[index] = texts[index].replace(right, wrong, 1)
        return write(messages, *texts)
    if calls_since_asked(messages):
        return "Repaired."
    told = asked(messages)[-1]
    files = files_of(messages)
    return [
        ("edit_file", {"path": files[index], "old_text": wrong, "new_text": right})
        for code, index, right, wrong in FAULTS
        if f"- {code} " in told
    ]


def liar(messages: list[ModelMessage]) -> list[Call] | str:
    """Cite what does not stand there, and insist, in new words each time."""
    if calls_since_asked(messages):
        return "It is all true, I checked it twice."
    notes, data = report(messages)
    lie = notes.replace("`app/auth.py:17`", "`app/auth.py:12`")
    return write(messages, f"{lie}\nChecked {len(asked(messages))} times.\n", data)

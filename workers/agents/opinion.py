"""A model's opinion on a report, where one is asked for: warnings beside the verdict, no more."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessions.bounds import DELIVERABLE_BYTES
from sessions.errors import WaggleError, escaped
from sessions.events import Event
from sessions.files import read_regular
from sessions.session import open_session, record
from workers.agents import providers
from workers.agents.limits import Limits, Spent, spent
from workers.agents.prompts import block
from workers.agents.providers.failures import failures_of
from workers.contract import Place, Problem
from workers.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_ai.capabilities import AbstractCapability
    from pydantic_ai.models import Model

    from workers.contract import WorkerOutput

CODE = "Q06"
_DOUBTS = 10
_SHOWN = 300


@dataclass(frozen=True)
class Reviewer:
    """Who is asked for an opinion, within what; `model` is a name, or a model itself."""

    model: str | Model
    limits: Limits = field(default_factory=Limits)
    telemetry: Sequence[AbstractCapability[Any]] = ()

    @property
    def name(self) -> str:
        """The name under which it is recorded."""
        return self.model if isinstance(self.model, str) else self.model.model_name


def add_opinion(output: WorkerOutput, root: Path, reviewer: Reviewer) -> None:
    """Add a model's doubts to a judged phase as warnings, and record who doubted at what cost.

    Verdict, scores and the problems of the checks stay as they are, also where the model fails:
    that is one warning more. A doubt whose quotation does not stand in the notes is dropped.
    """
    try:
        notes = read_regular(Path(output.config["notes_file"]), DELIVERABLE_BYTES)
        text = notes.decode("utf-8", "replace")
        prompt = block("notes", text)
        doubts, took = _ask(reviewer, prompt)
    except (WaggleError, OSError) as error:
        hint = getattr(error, "hint", "Give the notes, and ask again.")
        code = getattr(error, "code", "R01")
        output.problems.append(Problem(code, "warning", f"no opinion: {escaped(str(error))}", hint))
        return
    file = output.config["notes_file"]
    problems = [one for doubt in doubts if (one := _problem(file, text, *doubt))]
    output.problems += problems
    facts = {
        "model": reviewer.name,
        "prompt_digest": hashlib.sha256(prompt.encode()).hexdigest(),
        "doubts": len(problems),
        "dropped": len(doubts) - len(problems),
        **took.metrics(),
    }
    output.config["opinion"] = facts
    if output.session_id is not None:
        session = open_session(root, output.session_id)
        extra = {name: facts[name] for name in ("model", "prompt_digest", "doubts", "dropped")}
        event = Event("progress", output.worker, "opinion", metrics=took.metrics(), extra=extra)
        with session.locked():
            record(session, event)


def _ask(reviewer: Reviewer, prompt: str) -> tuple[list[tuple[str, str]], Spent]:
    import asyncio

    from pydantic import BaseModel, Field
    from pydantic_ai import Agent
    from pydantic_ai.messages import ModelResponse

    class Doubt(BaseModel):
        quote: str = Field(description="a line of the notes, verbatim")
        concern: str = Field(description="why, in a sentence")

    class Opinion(BaseModel):
        doubts: list[Doubt] = Field(max_length=_DOUBTS)

    if isinstance(reviewer.model, str):
        providers.check(reviewer.model)
    agent = Agent(
        name="reviewer",
        output_type=Opinion,
        instructions=render("prompts/opinion.j2").strip(),
        retries={"output": 2},
        capabilities=providers.capabilities(reviewer.telemetry),
    )
    with failures_of(reviewer.name, measured=reviewer.limits.must_be_measured):
        result = asyncio.run(
            agent.run(
                prompt,
                model=reviewer.model,
                usage_limits=reviewer.limits.for_agent(),
                timeout=reviewer.limits.timeout,
            )
        )
    answers = [one for one in result.all_messages() if isinstance(one, ModelResponse)]
    return [(one.quote, one.concern) for one in result.output.doubts], spent(answers, reviewer.name)


def _problem(file: str, notes: str, quote: str, concern: str) -> Problem | None:
    """Make a doubt a warning at the line of its quotation; None where that stands nowhere."""
    wanted = " ".join(quote.split())
    lines = (" ".join(line.split()) for line in notes.split("\n"))
    number = next((at for at, line in enumerate(lines, 1) if wanted and wanted in line), None)
    if number is None:
        return None
    message = f'a model doubts "{escaped(wanted)[:_SHOWN]}": {escaped(concern)[:_SHOWN]}'
    hint = "An opinion, which decides nothing: look whether it is right."
    return Problem(CODE, "warning", message, hint, (Place(file, number),))

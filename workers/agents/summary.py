"""A model's summary of a synthesis: used only if it names and counts what the reports have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import escaped
from sessions.patterns import lazy_pattern
from workers.agents import providers
from workers.agents.limits import Limits, Spent, spent
from workers.agents.prompts import block
from workers.agents.providers.failures import failures_of
from workers.render import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic_ai.capabilities import AbstractCapability
    from pydantic_ai.models import Model

_SENTENCES = 8
_CHARACTERS = 600
_IN_BACKTICKS = lazy_pattern(r"`([^`\n]+)`")
_DIGITS = lazy_pattern(r"(?<![\w.])[0-9][0-9.,]{0,20}(?<=[0-9])")
# What is a name of code also without backticks: a path, a call, snake_case, CamelCase, an id.
_NAMES = lazy_pattern(
    r"[\w.-]{1,80}/[\w./-]{1,200}|\w+\(\)|[A-Za-z]+_\w+|[a-z]+[A-Z]\w+|[A-Z][a-z0-9]+[A-Z]\w+"
    r"|[A-Z]+-[A-Z]+-[0-9]+|\b\w+\.(?:py|js|ts|tsx|go|java|rb|php|cs|sql|yml|yaml|json|toml)\b"
)


@dataclass(frozen=True)
class Author:
    """Who writes the summary, within what; `model` is a name, or a model itself."""

    model: str | Model = "none"
    limits: Limits = field(default_factory=Limits)
    telemetry: Sequence[AbstractCapability[Any]] = ()

    @property
    def name(self) -> str:
        """The name under which it is recorded."""
        return self.model if isinstance(self.model, str) else self.model.model_name

    @property
    def is_by_rule(self) -> bool:
        """Whether no model is asked."""
        return isinstance(self.model, str) and self.model in providers.BY_RULE

    def check(self) -> None:
        """Raise NoModel where the model cannot be used here."""
        if isinstance(self.model, str) and not self.is_by_rule:
            providers.check(self.model)


class Written(NamedTuple):
    """A summary, what is wrong with it, and what it took."""

    text: str
    faults: list[str]
    took: Spent


def invented(text: str, known: str) -> Iterator[str]:
    """Yield the names and numbers of a text that `known`, the synthesis, does not have."""
    numbers = set(_DIGITS.findall(known))
    for name in dict.fromkeys(_IN_BACKTICKS.findall(text)):
        if not _is_in(name.strip(), known):
            yield f"`{name}`"
    bare = _IN_BACKTICKS.sub(" ", text)
    for name in dict.fromkeys(name.rstrip(".,") for name in _NAMES.findall(bare)):
        if not _is_in(name, known):
            yield name
    for number in dict.fromkeys(_DIGITS.findall(_NAMES.sub(" ", bare))):
        if number not in numbers and number.replace(",", "") not in numbers:
            yield number


def _is_in(name: str, known: str) -> bool:
    """Tell whether a name is in a text as a word of its own, in any letter case."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", known, re.IGNORECASE) is not None


def write(author: Author, known: str) -> Written:
    """Ask a model for a summary of a synthesis, which is given as text.

    What it invented goes back to it twice; what is still there then is among the faults. Raises
    NoModel, ModelFailed and LimitReached.
    """
    import asyncio

    from pydantic import BaseModel, Field
    from pydantic_ai import Agent, ModelRetry
    from pydantic_ai.messages import ModelResponse

    class Summary(BaseModel):
        sentences: list[str] = Field(min_length=1, max_length=_SENTENCES)

    agent = Agent(
        name="scribe",
        output_type=Summary,
        instructions=render("prompts/summary.j2").strip(),
        retries={"output": 2},
        capabilities=providers.capabilities(author.telemetry),
    )
    tries = 0

    @agent.output_validator
    def is_grounded(summary: Summary) -> Summary:
        nonlocal tries
        tries += 1
        faults = list(invented(_joined(summary.sentences), known))
        if faults and tries <= 2:
            raise ModelRetry(f"The JSON has none of these: {', '.join(faults)}. Leave them out.")
        return summary

    with failures_of(author.name, measured=author.limits.must_be_measured):
        result = asyncio.run(
            agent.run(
                block("synthesis", known),
                model=author.model,
                usage_limits=author.limits.for_agent(),
                timeout=author.limits.timeout,
            )
        )
    answers = [one for one in result.all_messages() if isinstance(one, ModelResponse)]
    text = _joined(result.output.sentences)
    return Written(text, list(invented(text, known)), spent(answers, author.name))


def _joined(sentences: Sequence[str]) -> str:
    """Return sentences as one paragraph, which cannot pass for a part of the document."""
    return " ".join(
        escaped(" ".join(one.split()))[:_CHARACTERS] for one in sentences if one.strip()
    )

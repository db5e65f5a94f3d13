"""What a run of a model may take, and what it took."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.files import read_regular

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_ai.messages import ModelResponse
    from pydantic_ai.usage import RunUsage, UsageLimits

DEFAULT_TOKENS = 5_000_000
TRANSCRIPT_BYTES = 256 * 1024 * 1024
_FIELDS = {"tokens_in": "input_tokens", "tokens_out": "output_tokens", "cost": "cost"}
_LARGEST_NUMBER = 2**53


class Limits(NamedTuple):
    """Bounds of one worker's task, over all attempts and restarts; `timeout` of one command, s.

    `tokens` are DEFAULT_TOKENS unless somebody asked; `cost` is in US dollars at list price.
    """

    attempts: int = 3
    requests: int = 150
    tokens: int | None = None
    cost: Decimal | None = None
    timeout: float = 3600.0

    @property
    def must_be_measured(self) -> bool:
        """Whether somebody asked for a bound that holds only where usage or prices are known."""
        return self.tokens is not None or self.cost is not None

    def for_agent(self) -> UsageLimits:
        """Return them as Pydantic AI takes them."""
        from pydantic_ai.usage import UsageLimits

        return UsageLimits(
            request_limit=self.requests,
            total_tokens_limit=self.tokens or DEFAULT_TOKENS,
            cost_limit=self.cost,
        )


class Spent(NamedTuple):
    """What models took; None where nobody measured it, never 0."""

    requests: int = 0
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: Decimal | None = None
    source: str = "not reported"

    def metrics(self) -> dict[str, Any]:
        """Return it as the metrics of an event."""
        return {
            "requests": self.requests,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "cost": None if self.cost is None else float(self.cost),
            "source": self.source,
        }

    def told(self) -> str:
        """Return it for people."""
        words = [f"{self.requests} requests"]
        if self.tokens_in is not None:
            words.append(f"{self.tokens_in + (self.tokens_out or 0):,} tokens")
        if self.cost is not None:
            words.append(f"${self.cost:.2f}")
        return ", ".join(words)


def usage_of(responses: list[ModelResponse]) -> RunUsage:
    """Sum what recorded answers took."""
    from pydantic_ai.usage import RunUsage

    total = RunUsage(requests=len(responses))
    for response in responses:
        total.incr(response.usage)
        if response.usage.cost is None and (cost := price(response)) is not None:
            total.cost = (total.cost or Decimal(0)) + cost
    return total


def price(response: ModelResponse) -> Decimal | None:
    """Return the list price of an answer, None for a model whose price is not known."""
    if response.usage.cost is not None:
        return response.usage.cost
    try:
        return response.cost().total_price
    except (LookupError, AssertionError, ValueError):
        return None


def spent(responses: list[ModelResponse], name: str) -> Spent:
    """Return what some answers of a model took, and who says so."""
    total = usage_of(responses)
    if not responses or total.unmeasured_requests == len(responses):
        return Spent(len(responses))
    provider = "claude" if name.startswith("custom:") else "the provider"
    source = f"tokens as {provider} reports"
    if total.cost is not None:
        priced = "claude" if name.startswith("custom:") else "genai-prices"
        source += f", cost at list price by {priced}"
    return Spent(len(responses), total.input_tokens, total.output_tokens, total.cost, source)


def taken_by(transcript: Path) -> dict[str, Decimal]:
    """Add up what the answers of a transcript took, under the names that events have for it.

    Read as plain JSON: whoever only adds up need not load what speaks with models.
    """
    total = dict.fromkeys(_FIELDS, Decimal(0))
    try:
        lines = read_regular(transcript, TRANSCRIPT_BYTES).splitlines()
    except FileNotFoundError:
        return total
    for line in lines:
        # Torn, or none of ours.
        with suppress(ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
            message = json.loads(line)
            if message["kind"] == "response":
                usage = message["usage"]
                took = {name: Decimal(usage[field] or 0) for name, field in _FIELDS.items()}
                if all(0 <= number < _LARGEST_NUMBER for number in took.values()):
                    total = {name: total[name] + took[name] for name in total}
    return total

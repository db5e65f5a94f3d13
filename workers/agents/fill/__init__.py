"""Phase 2 without a coding agent: turns of a model that reads, or changes, and fills the files."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from sessions.errors import Busy
from sessions.events import Event
from sessions.progress import at, doing
from sessions.session import record
from workers.agents.fill.agent import make_agent
from workers.agents.fill.proofs import Proofs
from workers.agents.fill.transcript import Transcript
from workers.agents.limits import Limits, usage_of
from workers.agents.providers.failures import failures_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic_ai.capabilities import AbstractCapability
    from pydantic_ai.models import Model
    from pydantic_ai.settings import ModelSettings

    from sessions.session import Session
    from workers.catalog import Worker

# Each request repeats the whole conversation: where a provider can keep it, it costs a tenth.
_CACHED = cast("ModelSettings", {"anthropic_cache": True})

HEARTBEAT_SECONDS = 60.0

__all__ = ["Job", "Proofs", "Transcript", "fill"]


@dataclass(frozen=True)
class Job:
    """Whose files are filled by which model, within what; `model` is a name, or a model itself.

    `proofs` are what a worker that changes the code may run; None is one that only looks.
    """

    session: Session
    worker: Worker
    model: str | Model
    limits: Limits = field(default_factory=Limits)
    telemetry: Sequence[AbstractCapability[Any]] = ()
    proofs: Proofs | None = None

    @property
    def model_name(self) -> str:
        """The name under which it is recorded."""
        return self.model if isinstance(self.model, str) else self.model.model_name


def fill(job: Job, transcript: Transcript, prompt: str | None, seconds: float) -> None:
    """Let the model work until it ends its turn; without a prompt it goes on where it stopped.

    Raises NoModel, ModelFailed and LimitReached; what was said until then is in the transcript.
    """
    must_be_measured = job.limits.must_be_measured
    with doing("asking the model"), failures_of(job.model_name, measured=must_be_measured):
        asyncio.run(_turn(job, transcript, prompt, seconds, at))


async def _turn(
    job: Job,
    transcript: Transcript,
    prompt: str | None,
    seconds: float,
    tell: Callable[[str], None],
) -> None:
    agent = make_agent(job, transcript, tell)
    signs = asyncio.create_task(_give_signs(job))
    try:
        result = await agent.run(
            prompt,
            model=job.model,
            message_history=list(transcript.messages) or None,
            usage=usage_of(transcript.answers),
            usage_limits=job.limits.for_agent(),
            model_settings=_CACHED,
            timeout=seconds,
        )
    finally:
        signs.cancel()
    transcript.keep(result.all_messages())


async def _give_signs(job: Job) -> None:
    """Record now and then that the worker lives: an answer may take minutes."""
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        with suppress(Busy), job.session.locked():
            record(job.session, Event("heartbeat", job.worker.full_name, "model"))

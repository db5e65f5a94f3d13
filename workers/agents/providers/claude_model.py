"""A Pydantic AI model over a transport that takes a text and gives a text: `claude -p`, a service.

Imports Pydantic AI at its top: nobody imports this module before a model is called.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelHTTPError,
    ModelRequestTimeout,
    UnexpectedModelBehavior,
)
from pydantic_ai.messages import InstructionPart, ModelResponse
from pydantic_ai.models import CompletedStreamedResponse, Model, check_allow_model_requests
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.usage import RequestUsage

from workers.agents.providers import claude
from workers.agents.providers.envelope import parts_of, render_messages, tools_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.settings import ModelSettings
    from pydantic_ai.tools import RunContext

ANSWER_SECONDS = 600.0


class Question(NamedTuple):
    """What a transport is asked; `schema` is the JSON Schema of the answer, if it has one."""

    name: str
    alias: str
    system: str
    prompt: str
    schema: dict[str, Any] | None
    seconds: float


class ClaudeModel(Model[None]):
    """Claude by the user's subscription; tools are described and called in JSON."""

    def __init__(
        self, name: str, alias: str, ask: Callable[[Question], Awaitable[tuple[str, RequestUsage]]]
    ) -> None:
        """Take our name, the transport's name of the model, and the transport."""
        self._name, self._alias, self._ask = name, alias, ask
        by_schema = ask is ask_program
        super().__init__(
            profile=ModelProfile(
                supports_tools=True,
                supports_json_schema_output=by_schema,
                supports_json_object_output=False,
                default_structured_output_mode="native" if by_schema else "prompted",
            )
        )

    @property
    def model_name(self) -> str:
        """Our name."""
        return self._name

    @property
    def system(self) -> str:
        """The provider, as telemetry names it."""
        return "custom"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Ask once."""
        check_allow_model_requests()
        settings, asked = self.prepare_request(model_settings, model_request_parameters)
        tools = [*asked.function_tools, *asked.output_tools]
        system = InstructionPart.join(asked.instruction_parts or []) or ""
        schema = None
        if asked.output_mode == "native" and asked.output_object:
            schema = asked.output_object.json_schema
        if tools:
            # --json-schema would forbid the calls: the schema is told instead.
            must_call = not asked.allow_text_output and asked.output_object is None
            system = "\n\n".join((system, tools_text(tools, schema, must_call=must_call)))
            schema = None
        seconds = float((settings or {}).get("timeout") or ANSWER_SECONDS)  # type: ignore[arg-type]
        question = Question(
            self._name, self._alias, system.strip(), render_messages(messages), schema, seconds
        )
        text, usage = await self._ask(question)
        if not text.strip():
            raise ModelAPIError(self._name, "the answer is empty")
        return ModelResponse(
            parts=parts_of(text, {tool.name for tool in tools}),
            usage=usage,
            model_name=self._name,
            provider_name=self.system,
            finish_reason="stop",
        )

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,  # noqa: ARG002 - Pydantic AI's form
    ) -> AsyncIterator[CompletedStreamedResponse]:
        """Ask once, and replay the answer as a stream: listeners to events need one."""
        answered = await self.request(messages, model_settings, model_request_parameters)
        _, asked = self.prepare_request(model_settings, model_request_parameters)
        yield CompletedStreamedResponse(
            answered, model_request_parameters=asked, replay_events=True
        )


async def ask_program(question: Question) -> tuple[str, RequestUsage]:
    """Ask the user's `claude`, in an empty folder, without tools, hooks or sessions.

    Killed with its children when the time is over or the run is given up.
    """
    path = claude.program()
    if path is None:
        raise ModelAPIError(question.name, "the program `claude` is not on the PATH")
    with tempfile.TemporaryDirectory(prefix="waggle-") as folder:
        words = _words(path, folder, question)
        code, out, err = await _run(words, folder, question)
    try:
        told = json.loads(out)
    except ValueError:
        reason = (err or out).decode("utf-8", "replace").strip()[-300:]
        raise ModelAPIError(question.name, f"claude ended with {code}: {reason}") from None
    if not isinstance(told, dict):
        raise ModelAPIError(question.name, "claude answered with something else than an object")
    return _answer(told, question), _usage(told)


def _words(path: str, folder: str, question: Question) -> list[str]:
    """Return the command line; the system prompt goes by a file, an argument may not be long."""
    system_file = Path(folder, "system.txt")
    system_file.write_text(question.system, encoding="utf-8")
    schema = None if question.schema is None else json.dumps(_without_formats(question.schema))
    return claude.arguments(path, question.alias, str(system_file), schema)


async def _run(words: list[str], folder: str, question: Question) -> tuple[int, bytes, bytes]:
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            cwd=folder,
            env=claude.environment(),
            start_new_session=True,  # a group of its own, so that its children end with it
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
        )
    except OSError as error:
        raise ModelAPIError(question.name, f"claude does not start: {error.strerror}") from error
    try:
        # A slash at the beginning would be a command of claude's own.
        asked = process.communicate(f"\n{question.prompt}".encode())
        out, err = await asyncio.wait_for(asked, question.seconds)
    except TimeoutError as error:
        raise ModelRequestTimeout(question.name, question.seconds) from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            with anyio.CancelScope(shield=True):  # reaps it and closes its pipes
                await process.communicate()
    return process.returncode or 0, out, err


def _answer(printed: dict[str, Any], question: Question) -> str:
    """Return the text of claude's result; only `is_error` tells a failure, `subtype` does not."""
    result = str(printed.get("result") or "")
    if printed.get("is_error"):
        status = printed.get("api_error_status")
        if isinstance(status, int):
            raise ModelHTTPError(status, question.name, result)
        if result.startswith("Not logged in"):
            raise ModelHTTPError(401, question.name, result)
        if str(printed.get("subtype", "")).startswith("error_max_structured_output"):
            raise UnexpectedModelBehavior("the answer ignores the schema")
        raise ModelAPIError(
            question.name, result or str(printed.get("errors") or "no reason given")
        )
    if printed.get("stop_reason") == "max_tokens":
        raise ModelAPIError(question.name, "the answer was cut at its largest size")
    if question.schema is None:
        return result
    if printed.get("structured_output") is None:
        raise UnexpectedModelBehavior("the answer ignores the schema")
    return json.dumps(printed["structured_output"])


def _usage(printed: dict[str, Any]) -> RequestUsage:
    """Return what claude says was used; its cost is the list price, under a subscription too."""
    used = printed.get("usage") or {}
    read, written = (
        int(used.get(f"cache_{kind}_input_tokens") or 0) for kind in ("read", "creation")
    )
    cost = printed.get("total_cost_usd")
    return RequestUsage(
        input_tokens=int(used.get("input_tokens") or 0) + read + written,
        cache_read_tokens=read,
        cache_write_tokens=written,
        output_tokens=int(used.get("output_tokens") or 0),
        cost=None if cost is None else Decimal(str(cost)),
    )


def _without_formats(schema: Any) -> Any:
    """Drop `format`: some versions of claude ignore a whole schema that has one."""
    if isinstance(schema, dict):
        members = {
            key: value for key, value in schema.items() if key != "format" or _is_name(value)
        }
        return {key: _without_formats(value) for key, value in members.items()}
    return [_without_formats(one) for one in schema] if isinstance(schema, list) else schema


def _is_name(value: object) -> bool:
    return isinstance(value, dict)  # a property called "format"


async def ask_service(question: Question) -> tuple[str, RequestUsage]:
    """Ask the HTTP service; it tells no usage, so none is made up."""
    import httpx

    system = question.system
    body = {
        "prompt": f"{system}\n\n{question.prompt}".strip(),
        "model": question.alias,
        "timeout": question.seconds,
    }
    try:
        # A proxy of the environment is not for a service on this machine.
        async with httpx.AsyncClient(timeout=question.seconds + 5, trust_env=False) as client:
            answered = await client.post(f"{claude.service_url()}/claude", json=body)
    except httpx.TimeoutException as error:
        raise ModelRequestTimeout(question.name, question.seconds) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ModelAPIError(question.name, f"the service: {type(error).__name__}") from error
    if answered.status_code != httpx.codes.OK:
        raise ModelHTTPError(answered.status_code, question.name, answered.text[:300])
    try:
        text = answered.json()["response"]
    except (ValueError, KeyError, TypeError):
        raise ModelAPIError(question.name, "the service answered without `response`") from None
    if not isinstance(text, str):
        raise ModelAPIError(question.name, "the service's `response` is no text")
    return text, RequestUsage(unmeasured_requests=1)

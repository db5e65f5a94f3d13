"""Requests to models are asked for one by one, where the executor of a job limits them a minute.

Providers count what arrives, so what their SDK sends again by itself (after 429, 5xx, a connection
that was cut) is asked for as well: those of Anthropic, OpenAI and Groq, and who is reached by
OpenAI's. The others send nothing again. A start of `claude -p`, and a question to the HTTP service,
is one request, whatever comes of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sessions.asking import must_ask, permission

if TYPE_CHECKING:
    from pydantic_ai.capabilities import Hooks
    from pydantic_ai.models import Model, ModelRequestContext
    from pydantic_ai.providers import Provider
    from pydantic_ai.tools import RunContext

# Their SDKs say in each request how often they sent it before.
_SEND_AGAIN = {"anthropic", "groq", "ollama", "openai", "openai-chat", "openai-responses"}
_SEND_AGAIN |= {"openrouter"}
_SECONDS, _CONNECT_SECONDS = 600.0, 5.0  # as Pydantic AI's own clients
_TIMES = "x-stainless-retry-count"


def asking() -> Hooks[Any]:
    """Return what lets an agent ask before each request."""
    from pydantic_ai.capabilities import Hooks

    hooks: Hooks[Any] = Hooks()

    @hooks.on.before_model_request
    async def _ask(_run: RunContext[Any], asked: ModelRequestContext) -> ModelRequestContext:
        await permission()
        return asked

    return hooks


def model_that_asks(name: str) -> Model | None:
    """Return a model whose provider asks before it sends a request again.

    None where nobody limits requests, and for a provider that sends none again.
    """
    provider = name.partition(":")[0]
    if not must_ask() or provider not in _SEND_AGAIN:
        return None
    from pydantic_ai.models import infer_model

    return infer_model(name, _provider)


def _provider(name: str) -> Provider[Any]:
    from pydantic_ai.providers import infer_provider_class

    http: Any = import_module("httpx" if name == "groq" else "httpx2")
    client = http.AsyncClient(
        timeout=http.Timeout(_SECONDS, connect=_CONNECT_SECONDS),
        limits=http.Limits(max_keepalive_connections=0),  # nobody closes them
        event_hooks={"request": [_ask_again]},
    )
    kind: Any = infer_provider_class(name)
    provider: Provider[Any] = kind(http_client=client)
    return provider


async def _ask_again(request: Any) -> None:
    if request.headers.get(_TIMES, "0") != "0":
        await permission()

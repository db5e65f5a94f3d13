"""Which models can be used here and now, and how a name becomes one.

`custom:` names are the user's own Claude subscription: their `claude` program, or the HTTP service
that WAGGLE_CLAUDE_URL names. Every other name goes to Pydantic AI as it is. No credential is ever
read or stored: a variable is only looked at for being set.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import NoModel, shown
from workers.agents.providers import claude, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_ai.capabilities import AbstractCapability
    from pydantic_ai.models import Model

CUSTOM = "custom:"
SURVEY = "survey"
# Names that ask for no model: a report or plan is made by rule.
BY_RULE = frozenset((SURVEY, "none"))
# Our names, and what the `claude` program and the service call them.
CLAUDE_MODELS = {
    "max-subscription": "sonnet",
    "claude-opus": "opus",
    "claude-sonnet": "sonnet",
    "claude-haiku": "haiku",
}


class Provider(NamedTuple):
    """A provider of Pydantic AI: its prefix, the module it needs, variables one of which is set."""

    prefix: str
    example: str
    module: str
    variables: tuple[str, ...]


_GOOGLE_KEYS = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
PROVIDERS = (
    Provider("anthropic", "anthropic:claude-sonnet-5", "anthropic", ("ANTHROPIC_API_KEY",)),
    Provider("openai", "openai:gpt-5", "openai", ("OPENAI_API_KEY",)),
    Provider(
        "google", "google:gemini-2.5-pro", "google.genai", ("GOOGLE_API_KEY", "GEMINI_API_KEY")
    ),
    Provider("groq", "groq:llama-3.3-70b-versatile", "groq", ("GROQ_API_KEY",)),
    Provider("mistral", "mistral:mistral-large-latest", "mistralai", ("MISTRAL_API_KEY",)),
    Provider("ollama", "ollama:qwen3", "openai", ("OLLAMA_BASE_URL",)),
    Provider("openrouter", "openrouter:qwen/qwen3-coder", "openai", ("OPENROUTER_API_KEY",)),
)
EXTRAS = {"google.genai": "google", "mistralai": "mistral"}


class Obstacle(NamedTuple):
    """Why a model cannot be used here, and what to do about it."""

    reason: str
    hint: str


def obstacle(name: str) -> Obstacle | None:
    """Tell what stands in the way of a model; None also for a name that only Pydantic AI knows."""
    prefix = name.split(":", 1)[0]
    if name.startswith(CUSTOM):
        return _claude_obstacle(name.removeprefix(CUSTOM))
    provider = next((one for one in PROVIDERS if one.prefix == prefix), None)
    if provider is None:
        return None
    if not _is_installed(provider.module):
        extra = EXTRAS.get(provider.module, provider.module)
        return Obstacle(f"the package of {prefix} is not installed", install(extra))
    if not any(os.environ.get(variable) for variable in provider.variables):
        names = " or ".join(provider.variables)
        return Obstacle(f"{names} is not set", f"Set {names}, or take another --model.")
    return None


def check(name: str) -> None:
    """Raise NoModel when a model cannot be used here, or nobody knows its name."""
    in_the_way = obstacle(name)
    if in_the_way:
        raise NoModel(
            f"the model {shown(name)} cannot be used here: {in_the_way.reason}", in_the_way.hint
        )
    if not name.startswith(CUSTOM):
        from pydantic_ai.models import infer_model

        from workers.agents.providers.failures import failures_of

        with failures_of(name):
            infer_model(name)  # makes it; no socket is opened


def none_usable(default: str) -> NoModel:
    """Return what to say where nobody named a model and the default cannot be used."""
    lack = obstacle(default)
    usable = [one.example for one in PROVIDERS if obstacle(one.example) is None]
    named = "".join(f"--model {name}, " for name in usable)
    works = f"{named}--model {SURVEY} (a report by rule, which does not read the task)"
    hint = f"{lack.hint} `models` lists what each model lacks." if lack else ""
    return NoModel(
        f"no model was named and the default {default} cannot be used here"
        + (f": {lack.reason}" if lack else ""),
        f"What works here: {works}. {hint}".strip(),
    )


def install(extra: str) -> str:
    """Say how an extra of Pydantic AI is installed beside this interpreter."""
    return f'Run {sys.executable} -m pip install "pydantic-ai-slim[{extra}]".'


def rows() -> list[dict[str, Any]]:
    """Return every model that is known by name or by example, usable or with the reason why not."""
    custom = [f"{CUSTOM}{name}" for name in CLAUDE_MODELS]
    # One look at the program or service holds for all names that it serves.
    of_claude = obstacle(custom[0])
    models = [(name, of_claude) for name in custom]
    models += [(provider.example, obstacle(provider.example)) for provider in PROVIDERS]
    by_rule = {"model": SURVEY, "usable": True, "reason": None, "hint": None}
    return [by_rule] + [
        {
            "model": name,
            "usable": stands is None,
            "reason": stands.reason if stands else None,
            "hint": stands.hint if stands else None,
        }
        for name, stands in models
    ]


def resolve(_context: object, name: str) -> Model | None:
    """Make a model of a `custom:` name; None leaves another name to Pydantic AI.

    Also of a name whose provider has to ask for what it sends again. The form of Pydantic AI's
    ResolveModelId. Raises NoModel for an unknown `custom:` name.
    """
    if not name.startswith(CUSTOM):
        return counted.model_that_asks(name)
    alias = CLAUDE_MODELS.get(name.removeprefix(CUSTOM))
    if alias is None:
        raise NoModel(*_unknown(name.removeprefix(CUSTOM)))
    from workers.agents.providers.claude_model import ClaudeModel, ask_program, ask_service

    return ClaudeModel(name, alias, ask_service if claude.service_url() else ask_program)


def capabilities(
    telemetry: Sequence[AbstractCapability[Any]] = (),
) -> list[AbstractCapability[Any]]:
    """Return what every agent has: our names of models, asking, telemetry, and no banner."""
    import pydantic_ai
    from pydantic_ai.capabilities import ResolveModelId

    pydantic_ai.BANNER_ENABLED = False  # it would print over our progress
    return [ResolveModelId(resolve), counted.asking(), *telemetry]


def _claude_obstacle(name: str) -> Obstacle | None:
    if name not in CLAUDE_MODELS:
        return Obstacle(*_unknown(name))
    in_the_way = claude.obstacle()
    return Obstacle(*in_the_way) if in_the_way else None


def _unknown(name: str) -> tuple[str, str]:
    known = ", ".join(f"{CUSTOM}{one}" for one in CLAUDE_MODELS)
    return f"there is no model {shown(CUSTOM + name)}", f"Take one of {known}."


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # the package above it
        return False

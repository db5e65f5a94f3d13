"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.agents.limits import Limits

json_option = click.option("--json", "as_json", is_flag=True, help="Print the JSON document alone.")
root_option = click.option(
    "--root", metavar="DIR", help="The repository [default: found from here]"
)
otel_option = click.option("--otel", is_flag=True, help="Send spans of models by OpenTelemetry.")
# Bounds of a run of a model; a None takes the default of Limits.
_COUNT = click.IntRange(1)
_LIMITS = (
    click.option("--attempts", metavar="N", type=_COUNT, help="Verdicts at most [default: 3]"),
    click.option("--max-requests", metavar="N", type=_COUNT, help="Requests [default: 150]"),
    click.option("--max-tokens", metavar="N", type=_COUNT, help="Tokens [default: 5,000,000]"),
    click.option("--max-cost", metavar="USD", help="Cost at list price [default: no bound]"),
    click.option("--timeout", metavar="S", type=click.FloatRange(1), help="[default: 3600]"),
)


def limit_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the bounds of a model's run, as `limits_of` takes them."""
    for option in reversed(_LIMITS):
        command = option(command)
    return command


def limits_of(given: dict[str, Any], *, calls_model: bool = True) -> Limits:
    """Return the bounds that were given, defaults for the others.

    Raises click.UsageError for a bound that is none, or where no model is called.
    """
    if not calls_model and any(value is not None for value in given.values()):
        raise click.UsageError("Bounds of a model go with --run and --review-model.")
    from decimal import Decimal, InvalidOperation

    from workers.agents.limits import Limits

    names = {"max_requests": "requests", "max_tokens": "tokens", "max_cost": "cost"}
    values = {names.get(key, key): value for key, value in given.items() if value is not None}
    if "cost" in values:
        try:
            values["cost"] = Decimal(values["cost"])
        except InvalidOperation:
            values["cost"] = Decimal(0)
        if not values["cost"].is_finite() or values["cost"] <= 0:
            raise click.UsageError("--max-cost is an amount of dollars, as in 2.50")
    return Limits(**values)


session_option = click.option("--session", metavar="ID", required=True, help="The session.")
worker_option = click.option("--worker", metavar="W", required=True, help="Who says it.")
priority_option = click.option(
    "--priority", metavar="P", default="medium", help="critical, high, medium or low."
)

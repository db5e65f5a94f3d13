"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workers.catalog import DEFAULT
from workers.invocation import called_as

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from pathlib import Path

    from workers.agents.limits import Limits

_LISTED = 8

json_option = click.option("--json", "as_json", is_flag=True, help="Print the JSON document alone.")
root_option = click.option(
    "--root", metavar="DIR", help="The repository [default: found from here]."
)
otel_option = click.option("--otel", is_flag=True, help="Send a model's spans by OpenTelemetry.")
# Limits of a run of a model; a None takes the default of Limits.
LIMITS = ("attempts", "max_requests", "max_tokens", "max_cost", "timeout")
_COUNT = click.IntRange(1)
_LIMITS = (
    click.option("--attempts", metavar="N", type=_COUNT, help="Verdicts at most [default: 3]."),
    click.option(
        "--max-requests", metavar="N", type=_COUNT, help="Requests at most [default: 150]."
    ),
    click.option(
        "--max-tokens", metavar="N", type=_COUNT, help="Tokens at most [default: 5,000,000]."
    ),
    click.option("--max-cost", metavar="USD", help="Cost at list price [default: no limit]."),
    click.option(
        "--timeout", metavar="S", type=click.FloatRange(1), help="Seconds at most [default: 3600]."
    ),
)


def limit_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the limits of a model's run, as `limits_of` takes them."""
    for option in reversed(_LIMITS):
        command = option(command)
    return command


def limits_of(options: dict[str, Any], *, calls_model: bool = True) -> Limits:
    """Return the limits that were given, defaults for the others.

    Raises click.UsageError for a limit that is none, or where no model is called.
    """
    if not calls_model and any(value is not None for value in options.values()):
        raise click.UsageError("Limits of a model go with --run and --review-model.")
    from workers.agents.limits import Limits

    names = {"max_requests": "requests", "max_tokens": "tokens", "max_cost": "cost"}
    values = {names.get(key, key): value for key, value in options.items() if value is not None}
    if "cost" in values:
        values["cost"] = dollars("--max-cost", values["cost"])
    return Limits(**values)


def dollars(option: str, text: str) -> Decimal:
    """Return the amount that an option names; raises click.UsageError for what is none."""
    from decimal import Decimal, InvalidOperation

    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise click.UsageError(f"{option} is an amount of dollars, as in 2.50")
    return amount


session_option = click.option("--session", metavar="ID", required=True, help="The session.")
only_session_option = click.option(
    "--session", metavar="ID", help="The session [default: the only one]."
)
only_worker_option = click.option(
    "--worker", metavar="W", help="The worker [default: the only one]."
)
worker_option = click.option(
    "--worker", metavar="W", required=True, help="The worker that reports this."
)
priority_option = click.option(
    "--priority", metavar="P", default="medium", help="critical, high, medium or low."
)


class Unnamed(click.UsageError):
    """No session is named, and not one alone is meant; `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        """Take what is wrong and what to do, both ready to be printed."""
        super().__init__(message)
        self.hint = hint


OPEN, FINISHED = frozenset(("active", "paused")), frozenset(("completed", "archived"))


def only_session(root: Path, *, worker: str | None = None, statuses: frozenset[str] = OPEN) -> str:
    """Return the only session of a root, or the only one of some statuses.

    With a worker only those count in which it was set up. Raises Unnamed, which lists the sessions
    there are.
    """
    from workers.reporting.session_reports import known_sessions

    known = known_sessions(root, worker)
    meant = [session_id for session_id, status in known if status in statuses]
    if len(meant) == 1 or len(known) == 1:
        return meant[0] if len(meant) == 1 else known[0][0]
    raise unnamed(known, worker)


def unnamed(known: list[tuple[str, str]], worker: str | None = None) -> Unnamed:
    """Return what to say where a session has to be named: which there are, or how to make one."""
    if not known:
        name = (worker or DEFAULT).removesuffix("-worker")
        return Unnamed(
            "there is no session here yet",
            f'Make one: {called_as()} {name} --setup --task "What to look at"',
        )
    listed = ", ".join(f"{session_id} ({status})" for session_id, status in known[:_LISTED])
    more = len(known) - _LISTED
    return Unnamed(
        "no session is named",
        f"Add --session ID; the sessions here: {listed}"
        + (f" and {more} more (`session list` shows all)." if more > 0 else "."),
    )

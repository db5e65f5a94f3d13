"""What `run` asks of the engine: a plan, the options of its phases, and what it may use in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from workers.fleet.jobs import Run
    from workers.hive.plan import Plan


UNNAMED = "default"  # what a model is called that nobody named
QUEUE = "waggle"  # where nobody named one


class Asked(NamedTuple):
    """Options of phases; `run_options` are of the second alone. `totals` are of the whole plan."""

    options: tuple[str, ...] = ()
    run_options: tuple[str, ...] = ()
    totals: tuple[tuple[str, str], ...] = ()
    model: str | None = None
    remote: str | None = None  # on which the session travels, where machines share no folder
    queue: str | None = None  # of the fleet, by its plain name; events of before do not say it

    def plain(self) -> dict[str, Any]:
        """Return it as an event says it."""
        plain = {
            "options": list(self.options),
            "run_options": list(self.run_options),
            "totals": dict(self.totals),
            "model": self.model,
        }
        where = {"remote": self.remote, "queue": self.queue}
        return plain | {name: value for name, value in where.items() if value}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Asked:
        """Return what `plain` made an event say."""
        return cls(
            tuple(plain.get("options", ())),
            tuple(plain.get("run_options", ())),
            tuple(plain.get("totals", {}).items()),
            plain.get("model"),
            plain.get("remote"),
            plain.get("queue"),
        )


def plans_of(queue: str) -> str:
    """Return the queue of plans beside one of jobs: they only wait, and take no slot."""
    return f"{queue}:plans"


class EngineQueue(NamedTuple):
    """Where the engine keeps a run: its queue, before its ids, how often to look (seconds)."""

    queue: str
    prefix: str
    polling: float
    by_model: bool = False  # whether the queue has limits for each model


def order(run: Run, plan: Plan, asked: Asked, place: EngineQueue) -> dict[str, Any]:
    """Return the argument of the plan's workflow: plain values."""
    return {
        "session": run.session_id,
        "run": run.number,
        "workers": list(run.workers),
        "assignments": [
            {
                "worker": one.worker,
                "depends_on": list(one.depends_on),
                "priority": one.priority,
            }
            for one in plan.assignments
        ],
        "options": list(asked.options),
        "run_options": list(asked.run_options),
        "totals": dict(asked.totals),
        "queue": place.queue,
        "prefix": place.prefix,
        "polling": place.polling,
        "partition": (asked.model or UNNAMED) if place.by_model else None,
    }


def totals_of(tokens: int | None, cost: Decimal | None) -> tuple[tuple[str, str], ...]:
    """Return what a plan may use in all, as text: JSON has no decimals."""
    named = (("tokens", tokens), ("cost", cost))
    return tuple((name, str(value)) for name, value in named if value is not None)


def flat(pairs: Iterable[tuple[str, object | None]]) -> tuple[str, ...]:
    """Return options as words, without those that have no value."""
    return tuple(str(word) for pair in pairs if pair[1] is not None for word in pair)

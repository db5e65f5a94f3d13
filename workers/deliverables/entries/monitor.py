"""What watches the running system."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS = frozenset({"threshold", "retention"})
SAMPLES: frozenset[str] = frozenset()


class Monitor(Form):
    """An alert, a metric, a probe ...: `name` as its file has it."""

    id: Annotated[str, Field(pattern="^MON-[0-9]{3}$")]
    name: Text
    status: Status
    kind: Literal["alert", "metric", "log", "trace", "health", "uptime", "dashboard"]
    description: Text
    file: Text | None = None
    threshold: Text | None = None
    retention: Text | None = None
    evidence: list[Evidence] = []


class ChangedMonitor(Monitor):
    """What was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Monitor
CHANGED_ENTRY = ChangedMonitor

"""A pipeline: a file of jobs that a service runs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Count, Evidence, Form, Status, Text

STATEMENTS = frozenset({"triggers", "deployment", "rollback"})
SAMPLES: frozenset[str] = frozenset()


class PipelineJob(Form):
    """A job: `steps` is how many it has, `needs` the jobs that run before it."""

    name: Text
    steps: Count | None = None
    image: Text | None = None
    needs: list[Text] | None = None


class Pipeline(Form):
    """A pipeline, with the jobs that its file declares."""

    id: Annotated[str, Field(pattern="^PIP-[0-9]{3}$")]
    name: Text
    status: Status
    description: Text
    file: Text | None = None
    jobs: list[PipelineJob] = []
    triggers: Text | None = None
    deployment: Text | None = None
    rollback: Text | None = None
    evidence: list[Evidence] = []


class ChangedPipeline(Pipeline):
    """A pipeline that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Pipeline
CHANGED_ENTRY = ChangedPipeline

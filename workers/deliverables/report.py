"""The model of a worker's JSON, made from its profile: the words of the worker, forms of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model

from workers.deliverables import report_parts as parts
from workers.deliverables.entries import Kind, kind_of
from workers.deliverables.forms import CompletionCriterion, Count, Form, Score
from workers.deliverables.kinds import CHANGE
from workers.deliverables.profile import RECORD

if TYPE_CHECKING:
    from pydantic import BaseModel

    from workers.deliverables.profile import EntryList, Profile


def report_of(worker: str, profile: Profile) -> type[BaseModel]:
    """Return the model of a report; rows are lists, and one that is absent counts as empty."""
    fields: dict[str, Any] = {"schema_": (Annotated[Any, Field(alias="$schema")], None)}
    fields["analysis_metadata"] = (_metadata(worker), ...)
    if profile.kind == CHANGE:
        fields |= {
            name: (field.annotation, field.default if field.default == [] else ...)
            for name, field in parts.ChangeHead.model_fields.items()
        }
    else:
        fields["scores"] = (_scores(profile), ...)
        fields["findings"] = (list[_finding(profile)], [])  # type: ignore[misc]
    fields |= {
        listed.key: (list[_entry(listed, profile.kind)], [])  # type: ignore[misc]
        for listed in profile.lists
    }
    if profile.kind != CHANGE:
        fields["priority_actions"] = (list[_action(profile)], [])  # type: ignore[misc]
        fields["statistics"] = (_statistics(profile), ...)
    fields |= {name: (rows, []) for name, rows in parts.TAIL.items()}
    fields["completion_criteria"] = (list[_criterion(profile)], [])  # type: ignore[misc]
    of_change = " of a change" if profile.kind == CHANGE else ""
    about = f"{worker}_output.json{of_change}; an array that is absent counts as empty."
    report: type[BaseModel] = create_model("Report", __base__=Form, __doc__=about, **fields)
    return report


def _one_of(words: tuple[str, ...]) -> Any:
    return Literal[words] if words else str


def _named(name: str, base: type[BaseModel], **fields: Any) -> Any:
    """Return a model with some fields of another, which keep their places."""
    required: dict[str, Any] = {key: (one, ...) for key, one in fields.items()}
    return create_model(name, __base__=base, **required)


def _metadata(worker: str) -> Any:
    return _named("AnalysisMetadata", parts.AnalysisMetadata, worker_type=Literal[worker])


def _scores(profile: Profile) -> Any:
    return _named("Scores", Form, **{row.key: Score | None for row in profile.score_rows})


def _finding(profile: Profile) -> Any:
    form = Annotated[str, Field(pattern=profile.finding_pattern)]
    return _named("Finding", parts.Finding, id=form, domain=_one_of(profile.domains))


def _entry(listed: EntryList, kind: str) -> Any:
    """Return the model of a list's rows: that of its kind of entry, with the ids of the list."""
    rows = kind_of(listed.entry) if listed.entry != RECORD else _record(listed)
    base = rows.change if kind == CHANGE else rows.analysis
    pattern = f"^{listed.id}-[0-9]{{3}}$"
    known = [getattr(one, "pattern", "") for one in base.model_fields["id"].metadata]
    name = rows.analysis.__name__
    if pattern in known and base.__name__ == name:
        return base  # making a model takes time
    return _named(name, base, id=Annotated[str, Field(pattern=pattern)])


def _record(listed: EntryList) -> Kind:
    from workers.deliverables.record import record_models

    name = "".join(part.capitalize() for part in listed.key.split("_"))
    return Kind(*record_models(listed.schema, name), frozenset(), frozenset())


def _action(profile: Profile) -> Any:
    return _named("PriorityAction", parts.PriorityAction, category=_one_of(profile.categories))


def _statistics(profile: Profile) -> Any:
    return _named("Statistics", Form, **dict.fromkeys(profile.statistics, Count))


def _criterion(profile: Profile) -> Any:
    base = parts.ChangedCriterion if profile.kind == CHANGE else CompletionCriterion
    if not profile.criteria:
        return base
    return _named("CompletionCriterion", base, criterion=Literal[profile.criteria])

"""What is handed on: the names that `--to` knows beside workers, the kinds of typed artefacts."""

from __future__ import annotations

from sessions.errors import BadInput, shown

OWNER = "owner"  # the repository's, a person
# What people call those who go on -> who that is here; in any letter case.
ALIASES = {
    "information": "researcher-worker",
    "qa": "test-worker",
    "git": "devops-worker",
    "documentation": OWNER,
}
# What is made of an accepted report for whoever goes on.
ARTEFACTS = {
    "api_contract": "the reported endpoints as an OpenAPI 3.1 document (JSON)",
    "schema_change": "the migrations of the reported tables (SQL)",
    "test_data": "example rows that keep to the reported columns (JSON)",
    "deploy_notes": "what a deployment has to do and to know (Markdown)",
}
_LEAST_LIKE = 0.5


def alias(name: str) -> str | None:
    """Return whom a name means that people use for a worker, None for any other name."""
    return ALIASES.get(name.strip().casefold().removesuffix("-worker"))


def artefact_kind(name: str) -> str:
    """Return the kind of artefact that a name is; raises BadInput, which names the nearest."""
    if name in ARTEFACTS:
        return name
    import difflib

    meant = name.casefold().replace("-", "_").replace(" ", "_")
    near = difflib.get_close_matches(meant, ARTEFACTS, 1, _LEAST_LIKE)
    known = f"Did you mean {near[0]}? There" if near else "There"
    raise BadInput(
        f"artefact {shown(name, 60)} is not known", f"{known} are: {', '.join(ARTEFACTS)}."
    )


def typed(artifacts: list[str]) -> list[str]:
    """Return those artefacts of a handoff that are typed: the others are paths."""
    return [name for name in dict.fromkeys(artifacts) if name in ARTEFACTS]

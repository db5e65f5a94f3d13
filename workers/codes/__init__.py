"""Every problem code, one file a family.

A code is stable: it never changes its meaning, and none is reused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.codes import (
    artefacts,
    changes,
    claims,
    complete,
    consistent,
    contradictions,
    could_not_run,
    engineering,
    grounded,
    quality,
    research,
    schema,
    standards,
)

if TYPE_CHECKING:
    from workers.codes.code import Code

FAMILIES = {
    "S": "complete",
    "J": "schema",
    "C": "consistent",
    "E": "grounded",
    "K": "claims",
    "A": "artefacts",
    "D": "standards",
    "Q": "quality",
    "W": "changes",
    "X": "contradictions",
    "R": "could not run",
}
# What a problem of a family was found by comparing.
COMPARED = {
    "S": "the notes, with the headings, rows and marks of the template",
    "J": "the JSON, with its schema (`schema WORKER` prints it)",
    "C": "the notes with the JSON, and counts and scores with what they count",
    "E": "each citation and quotation, with the lines of the file that it names",
    "K": "each claim, with what the code declares where the report cites it, and with the survey",
    "A": "each fenced block that is no quotation, with the grammar of its language",
    "D": "each proposal, with rules for APIs, databases and migrations",
    "Q": "the report's texts, with what a reader needs to act on them",
    "W": "what is reported, with the files at the base and now, and with the recorded runs",
    "X": "the accepted reports of a session, with each other",
    "R": "nothing: the command could not do its work",
}
_MODULES = (
    complete,
    schema,
    consistent,
    grounded,
    claims,
    engineering,
    research,
    artefacts,
    standards,
    quality,
    changes,
    contradictions,
    could_not_run,
)
CODES: dict[str, Code] = {
    code: entry for module in _MODULES for code, entry in module.CODES.items()
}

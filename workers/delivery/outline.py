"""What a worker's notes must hold, read from its template: nothing is said twice."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.deliverables.kinds import ANALYSIS
from workers.deliverables.template import instructions, notes_template
from workers.delivery.notes import key
from workers.delivery.notes_reader import read_notes
from workers.repository.source import fold

if TYPE_CHECKING:
    from workers.catalog import Worker

# Where the templates have it: first in a text, or behind a label, a bar, a dash. `FILL: 3@9.5` in
# code or quotes, or in the middle of a sentence, is a word of somebody's domain.
MARK = lazy_pattern(
    r"(?:(?m:^)|[^\w\s`'\"/.])\W{0,3}\bFILL:|(?:^|:\s)\W{0,3}FILL\s*(?:$|[.)\]\-\u2013\u2014])"
)
_EXAMPLE = lazy_pattern(
    r"^(?:### [A-Z]+-[A-Z]+-[0-9]+: |\*\*(?:What|Recommendation|Validation):\*\* )([^\n{]+)$",
    re.MULTILINE,
)
FORMS_COMMENT = "<!-- FORMS."
# Fewer words are no instruction without their mark: "404: no such user" is an honest answer, too.
_INSTRUCTION_WORDS = 8


class Outline(NamedTuple):
    """The title, the required headings and the instructions of a template.

    `domains` are the headings that have parts of their own, `examples` the texts of the finding
    that the template shows.
    """

    title: str
    headings: tuple[str, ...]
    instructions: frozenset[str]
    domains: tuple[str, ...] = ()
    examples: frozenset[str] = frozenset()

    def is_instruction(self, text: str) -> bool:
        """Tell whether text has the template's mark, or is a long instruction of it without one."""
        if is_template_text(text):
            return True
        if len(text.split()) < _INSTRUCTION_WORDS:
            return False
        bare = re.sub(r"^\W*fill\b\W*", "", text, flags=re.IGNORECASE)
        return key(fold(bare)) in self.instructions


@cache
def outline(worker: Worker, kind: str = ANALYSIS) -> Outline:
    """Read the outline of a worker from its folder."""
    notes_text = notes_template(worker, kind)
    notes = read_notes(notes_text)
    texts = re.findall(r"FILL: ([^|\n]+)", notes_text) + instructions(worker, kind)
    return Outline(
        title=next(section.title for section in notes.of_level(1)),
        headings=tuple(section.title for section in notes.of_level(2)),
        instructions=frozenset(
            key(fold(text)) for text in texts if len(text.split()) >= _INSTRUCTION_WORDS
        ),
        domains=tuple(section.title for section in notes.of_level(2) if notes.below(section)),
        examples=frozenset(key(fold(text)) for text in _EXAMPLE.findall(notes_text)),
    )


def is_template_text(text: object) -> bool:
    """Tell whether a value is a mark of the template that nobody replaced."""
    return isinstance(text, str) and "FILL" in text and MARK.search(text) is not None

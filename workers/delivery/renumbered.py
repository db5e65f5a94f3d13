"""Line numbers of notes in which lone carriage returns and line feeds are mixed.

Both end a line for CommonMark; people look problems up by the numbers of grep and most editors,
which count line feeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.delivery.citation import Citation
    from workers.delivery.notes import Fence, Line, Notes

_LONE_RETURN = lazy_pattern(r"\r(?!\n)")


def lines_by_grep(text: str) -> list[int] | None:
    """Return the number by grep of every line that CommonMark sees; None where they are the same.

    A text without any line feed has the lines that editors show.
    """
    if "\n" not in text or not _LONE_RETURN.search(text):
        return None
    return [
        number
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1)
        for _ in line.split("\r")
    ]


def renumbered(notes: Notes, numbers: Sequence[int]) -> Notes:
    """Return notes whose lines are numbered by grep."""

    def line_of(number: int) -> int:
        return numbers[min(number, len(numbers)) - 1]

    def of_line(line: Line) -> Line:
        return line._replace(number=line_of(line.number))

    def of_citation(citation: Citation) -> Citation:
        return citation._replace(at=line_of(citation.at))

    def of_fence(fence: Fence) -> Fence:
        quotes = tuple(map(of_citation, fence.quotes))
        return fence._replace(number=line_of(fence.number), quotes=quotes)

    for section in notes.sections:
        section.number = line_of(section.number)
        section.lines = list(map(of_line, section.lines))
        section.fences = list(map(of_fence, section.fences))
        section.rows = [(line_of(number), row) for number, row in section.rows]
        section.evidence = list(map(of_citation, section.evidence))
        section.broken_evidence = list(map(of_line, section.broken_evidence))
        section.hidden_evidence = list(map(of_line, section.hidden_evidence))
    comments, unclosed = map(of_line, notes.comments), map(of_fence, notes.unclosed)
    return notes._replace(comments=tuple(comments), unclosed=tuple(unclosed))

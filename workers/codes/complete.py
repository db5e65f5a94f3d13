"""Codes S: both files are there and filled in."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "S01": Code(
        "A deliverable is missing",
        "Phase 1 made both files; without one of them there is nothing to judge.",
        "backend_notes.md was deleted",
        "run --setup again: it makes a missing file again and keeps the other",
    ),
    "S02": Code(
        "A deliverable is empty",
        "An empty file reports nothing.",
        "a file of 0 bytes, or of white space",
        "run --setup after removing the file, then fill it in",
    ),
    "S03": Code(
        "A deliverable is not UTF-8 text",
        "Readers and checks would see different text.",
        "UTF-16, a NUL byte, a broken multi-byte character",
        "UTF-8, with or without a byte order mark",
    ),
    "S04": Code(
        "A deliverable cannot be judged as it is on disk",
        "Only a plain file within the limits of `explain limits` is read: never a link, pipe or"
        " device.",
        "a symbolic link to another file, a file of 50 MB, a line of 300,000 characters",
        "a plain file within the limit that the problem names",
    ),
    "S05": Code(
        "Template text is left",
        "An instruction that was not replaced is work that was not done.",
        "FILL: three to six sentences",
        "The API is sound, but no list has a limit ...",
    ),
    "S06": Code(
        "A placeholder is left",
        "It takes the place of a statement.",
        "TBD, {{DATE}}, [Describe the schema], Lorem ipsum",
        "the statement, or remove the section",
    ),
    "S07": Code(
        "A required level 2 heading is missing",
        "Other workers and programs find their part by these headings.",
        "## Database",
        "## Database Design & Optimization",
    ),
    "S08": Code(
        "A required level 2 heading appears twice",
        "Nobody can tell which of the two is meant.",
        "two headings ## Findings",
        "one heading, both texts below it",
    ),
    "S09": Code(
        "A section has nothing in it",
        "A heading alone says nothing; an empty section looks like a finished one.",
        "### GraphQL, then the next heading",
        "its text; or remove a level 3 heading; or `Not applicable: <reason>`",
    ),
    "S10": Code(
        "A code fence is never closed",
        "Everything below it is read as code: headings and findings vanish.",
        "```python without a closing ```",
        "close it with the same marker on a line of its own",
    ),
    "S11": Code(
        "The title is missing",
        "The notes begin with a level 1 heading.",
        "the file begins with ## Executive Summary",
        "# Backend notes: 2026-01-31-09-00-orders",
    ),
    "S12": Code(
        "A score is missing from the summary's table, no number from 0 to 10, or null unexplained",
        "The scores of notes and JSON are compared; one that is null is `Not rated` in the notes,"
        " and not_examined names it with the reason.",
        "| API design | good |",
        "| API design | 7.5 |",
    ),
    "S13": Code(
        "The line `Files analyzed: N` is missing",
        "It is compared with files_analyzed in the JSON.",
        "Files analyzed: many",
        "Files analyzed: 14",
    ),
    "S14": Code(
        "A finding lacks one of its parts",
        "A finding is of use when it says what is wrong, what to do, how long it takes and how to"
        " see that it is fixed.",
        "### BACKEND-HIGH-001: No limit, and a paragraph",
        "**What:** **Recommendation:** **Effort:** **Validation:**, each with its text",
    ),
    "S15": Code(
        "The report says nothing of the repository",
        "No finding, entry or line of the notes speaks of the code that it cites: nothing to judge"
        " is not a pass. A report with findings needs a confirmed claim (a name in backticks that"
        " is on the cited lines is one), or a quotation of code of a language that no reader"
        " knows, or words of a cited text that is no code.",
        "all arrays removed, all sections `Not applicable`; a finding 'Seven is a colour' with a"
        " citation of any line",
        "what was found, in words that name it, with its evidence; or that nothing was, and what"
        " was looked at",
    ),
    "S16": Code(
        "A domain has no entry, finding or citation, and is not set aside",
        "An essay that names nothing of the code fits any repository.",
        "## API Development, and a paragraph on why APIs matter",
        "the routes with their citations; or `Not applicable: <reason>`",
    ),
    "S17": Code(
        "The summary or a domain is of one word",
        "It looks like a finished part and says nothing.",
        "## Executive Summary, then: x",
        "three sentences: state, gravest finding, what to do first",
    ),
}

"""Every problem code, in one place. A code is stable: it never changes its meaning, none is reused.

Letters: S complete, J well-formed JSON and schema, C consistent, E grounded evidence, R could not
run. An error rejects; a warning is for what may be wrong without the report being false.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workers.contract import Severity

FAMILIES = {
    "S": "complete",
    "J": "schema",
    "C": "consistent",
    "E": "grounded",
    "R": "could not run",
}


@dataclass(frozen=True)
class Code:
    """What a code means, why it matters, and an example of the wrong and the right."""

    title: str
    why: str
    wrong: str
    right: str
    severity: Severity = "error"


CODES: dict[str, Code] = {
    # --- complete ---------------------------------------------------------------------------
    "S01": Code(
        "A deliverable is missing",
        "Phase 1 made both files; without one of them there is nothing to judge.",
        "backend_notes.md was deleted",
        "run --setup again: it makes a missing file anew and keeps the other",
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
        "Only a plain file of a bounded size is read: never a link, pipe or device.",
        "a symbolic link to another file, a file of 50 MB",
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
        "It stands where a statement should.",
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
        "A required level 2 heading stands twice",
        "Nobody can tell which of the two holds.",
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
        "A score is missing from the summary's table, or is not a number from 0 to 10",
        "The scores of notes and JSON are compared.",
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
        " see that it is mended.",
        "### BACKEND-HIGH-001: No limit, and a paragraph",
        "**What:** **Recommendation:** **Effort:** **Validation:**, each with its text",
    ),
    "S15": Code(
        "The report claims nothing",
        "No finding, no entry and no citation: nothing to judge is not a pass.",
        "all arrays removed, all sections `Not applicable`",
        "what was found, with its evidence",
    ),
    # --- schema -----------------------------------------------------------------------------
    "J01": Code(
        "The JSON does not parse",
        "A program can do nothing with half a document.",
        '{"scores": {...},}',
        '{"scores": {...}}',
    ),
    "J02": Code(
        "A key stands twice in one object",
        "Parsers keep one of the two values, and not the same one.",
        '{"status": "existing", "status": "proposed"}',
        "one of them",
    ),
    "J03": Code(
        "A number is not a finite JSON number",
        "NaN, Infinity and 1e999 are not numbers of JSON.",
        '"overall_score": NaN',
        '"overall_score": 6.5',
    ),
    "J04": Code(
        "The JSON is nested too deeply",
        "No report needs more than a dozen levels.",
        "100,000 opening brackets",
        "the structure of the template",
    ),
    "J05": Code(
        "The JSON is not an object",
        "The template's outermost form is an object.",
        '[{"findings": []}]',
        '{"findings": []}',
    ),
    "J06": Code(
        "A key is unknown",
        "A misspelt key would be ignored, and what it says lost.",
        '"reccomendation": "..."',
        '"recommendation": "..."',
    ),
    "J07": Code(
        "A required key is missing",
        "The next worker relies on it.",
        "a finding without `validation`",
        "the key with its value",
    ),
    "J08": Code(
        "A value has the wrong type",
        "Values are not converted: a number in quotes is text.",
        '"line": "12"',
        '"line": 12',
    ),
    "J09": Code(
        "A value is none of those allowed",
        "Programs compare these words letter by letter.",
        '"severity": "Critical"',
        '"severity": "critical"',
    ),
    "J10": Code(
        "A text or list is empty",
        "A key that is there says something; one with nothing to say is removed if it may be.",
        '"authentication": ""',
        '"authentication": "None"',
    ),
    "J11": Code(
        "A number is out of range",
        "Scores go from 0 to 10, lines from 1, counts from 0.",
        '"api_design_score": 11',
        '"api_design_score": 7',
    ),
    "J12": Code(
        "A text does not have the form it must have",
        "Ids, paths, times and error responses are read by programs.",
        '"id": "API-1"',
        '"id": "API-001"',
    ),
    # --- consistent -------------------------------------------------------------------------
    "C01": Code(
        "A statistic is not the count of what it counts",
        "A count that is off means that something was added or dropped without being reported.",
        '"total_api_endpoints": 12 with 9 rows in api_specifications',
        '"total_api_endpoints": 9',
    ),
    "C02": Code(
        "An id stands twice",
        "A reference to it would be ambiguous.",
        "two entries API-003",
        "API-003 and API-004",
    ),
    "C03": Code(
        "A finding's id and its severity disagree",
        "The id carries the severity.",
        '"id": "BACKEND-LOW-001", "severity": "critical"',
        '"id": "BACKEND-CRIT-001", "severity": "critical"',
    ),
    "C04": Code(
        "The overall score is not the mean of the three",
        "To within 0.5: an overall score above its parts hides them.",
        "5, 6 and 4 with overall 9",
        "5, 6 and 4 with overall 5",
    ),
    "C05": Code(
        "A score is higher than the findings allow",
        "An open critical finding caps the score of its domain at 5, a high one at 7.",
        "api_design_score 9 beside BACKEND-CRIT-001 of domain security",
        "api_design_score 4",
    ),
    "C06": Code(
        "A finding stands in the JSON only",
        "Notes and JSON tell the same; people read the one, programs the other.",
        "BACKEND-MED-002 in the JSON, not under Findings in the notes",
        "the finding in both",
    ),
    "C07": Code(
        "A finding stands in the notes only",
        "Notes and JSON tell the same; people read the one, programs the other.",
        "### BACKEND-MED-002 in the notes, not in `findings`",
        "the finding in both",
    ),
    "C08": Code(
        "Notes and JSON give a finding another severity",
        "One of the two misleads its reader.",
        "BACKEND-HIGH-003 in the notes, BACKEND-LOW-003 in the JSON",
        "the same id in both",
    ),
    "C09": Code(
        "Notes and JSON give another score",
        "One of the two misleads its reader.",
        "| API design | 8 | beside api_design_score 6",
        "the same number in both",
    ),
    "C10": Code(
        "Notes and JSON give another number of files analyzed",
        "One of the two misleads its reader.",
        "Files analyzed: 40 beside 12 paths",
        "Files analyzed: 12",
    ),
    "C11": Code(
        "A finding is named that does not exist",
        "Whoever follows the reference finds nothing.",
        '"finding_ids": ["BACKEND-HIGH-009"] without that finding',
        "an id of `findings`",
    ),
    "C12": Code(
        "The report says it is of another session",
        "A report copied from elsewhere is not this worker's.",
        "the session_id of last week's session",
        "the session_id that phase 1 wrote",
    ),
    "C13": Code(
        "The report's time lies before phase 1 or in the future",
        "By more than a day: no time zone explains that.",
        "2024-01-01T00:00:00Z",
        "the time that phase 1 wrote, or that of the work",
    ),
    "C14": Code(
        "A heading under Findings has a malformed id",
        "Findings of notes and JSON are matched by their ids.",
        "### BACKEND-CRITICAL-1: ...",
        "### BACKEND-CRIT-001: ...",
    ),
    "C15": Code(
        "A cited file is not among files_analyzed",
        "A file that was cited was surely read.",
        "evidence in app/users.py, files_analyzed without it",
        "its absolute path in files_analyzed, and the count in the notes",
        severity="warning",
    ),
    "C16": Code(
        "No priority action names a critical or high finding",
        "What is urgent and has no action is forgotten.",
        "BACKEND-CRIT-001 in no finding_ids",
        '"finding_ids": ["BACKEND-CRIT-001"]',
        severity="warning",
    ),
    "C17": Code(
        "project_root is another folder",
        "Paths are judged below the root of this session.",
        "the root of another checkout",
        "the project_root that phase 1 wrote",
        severity="warning",
    ),
    "C18": Code(
        "An endpoint, table or file is listed twice",
        "It would be counted twice.",
        "two existing entries GET /api/v1/orders",
        "one entry",
    ),
    # --- grounded ---------------------------------------------------------------------------
    "E01": Code(
        "A cited file does not exist",
        "A path that was guessed proves nothing.",
        "`app/service/user.py:12`",
        "`app/services/users.py:12`",
    ),
    "E02": Code(
        "A cited file lies outside the repository",
        "Only the user's repository is evidence; nothing else is opened, also not through a link.",
        "`/etc/hosts:1`, `../other/app.py:3`",
        "a file below the root",
    ),
    "E03": Code(
        "What is cited is not a regular text file",
        "A line of a folder, a pipe or an image means nothing.",
        "`app/:1`, `logo.png:3`",
        "a text file",
    ),
    "E04": Code(
        "A cited line does not exist",
        "The file has fewer lines, or the range runs backwards.",
        "`app/main.py:999` in a file of 80 lines",
        "a line from 1 to 80",
    ),
    "E05": Code(
        "A quotation does not stand in the cited file",
        "Compared exactly, white space aside: what nearly stands there is something else.",
        "a line with another number in it",
        "the lines as they are in the file",
    ),
    "E06": Code(
        "A quotation stands elsewhere in the cited file",
        "With a line alone it starts there, with a range it lies inside it.",
        "`app/main.py:12` for what stands at line 40",
        "`app/main.py:40`",
    ),
    "E07": Code(
        "An Evidence line has no well-formed citation",
        "A path and a line from 1 in backticks; a range counts upwards with a hyphen.",
        "Evidence: see main.py, or `main.py:L10`",
        "Evidence: `app/main.py:10`",
    ),
    "E08": Code(
        "Evidence is missing",
        "Every finding and every entry of status existing says where it was seen.",
        '"status": "existing" without evidence',
        '"evidence": [{"file": "/repo/app/main.py", "line": 10}]',
    ),
    "E09": Code(
        "What is cited is no content of the repository",
        "The sessions folder and .git hold what the report or git wrote: no report confirms"
        " itself.",
        "a citation of backend_notes.md",
        "the code that it speaks of",
    ),
    "E10": Code(
        "A path in the JSON is not absolute",
        "Programs that read the JSON run in other folders.",
        '"file": "app/main.py"',
        '"file": "/repo/app/main.py"',
    ),
    "E11": Code(
        "A quotation is too short to tell anything",
        "Fewer than 8 letters and digits stand in almost any file.",
        "a quotation of `}`",
        "the lines that show what is claimed",
        severity="warning",
    ),
    "E12": Code(
        "A citation could not be checked",
        "It counts neither as right nor as wrong.",
        "a line of a file of 20 MB",
        "a citation of the file that this one is made from",
        severity="warning",
    ),
    # --- could not run ----------------------------------------------------------------------
    "R01": Code(
        "The system refused something",
        "A file or folder cannot be read or written.",
        "a full disk, a folder without write permission",
        "free the disk or mend the permission, then run the command again",
    ),
    "R02": Code(
        "A name or option is malformed",
        "Ids become folder names on every system.",
        "--session ../x",
        "--session 2026-01-31-09-00-orders",
    ),
    "R03": Code(
        "The root is not there",
        "Everything is read and written below it.",
        "--root of a folder that does not exist",
        "--root with the repository's folder",
    ),
    "R04": Code(
        "There is no such session",
        "Only --setup with a task makes one.",
        "--output --session with a name that was never set up",
        "an id from `session list`",
    ),
    "R05": Code(
        "The worker was never set up in this session",
        "Phase 3 judges what phase 1 prepared.",
        "--output before --setup",
        "--setup first",
    ),
    "R06": Code(
        "The worker has no task",
        "A session of its own needs the Queen's prompt for this worker.",
        "--setup of a new session without --task",
        "--task TEXT, --task-file FILE, or `-` for standard input",
    ),
    "R07": Code(
        "The worker already has another task",
        "Overwriting it would lose what is being worked on.",
        "--setup with another --task for the same session",
        "--fresh to keep the old files aside, or another session",
    ),
    "R08": Code(
        "The session is damaged",
        "A file or folder of it is not what the program wrote.",
        "a link in place of a folder",
        "move it away and run --setup again",
    ),
    "R09": Code(
        "The session is busy",
        "Another process writes to it; the lock is free at once when that process ends.",
        "two commands at the same moment, one of them stopped",
        "run the command again",
    ),
    "R10": Code(
        "A file is not a readable regular file",
        "Links, pipes, devices and files over the limit are not read.",
        "--task-file with a folder",
        "a plain file",
    ),
}

"""Codes C: what is said twice is the same."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "C01": Code(
        "A statistic is not the count of what it counts",
        "A count that is off means that something was added or dropped without being reported.",
        '"total_api_endpoints": 12 with 9 rows in api_specifications',
        '"total_api_endpoints": 9',
    ),
    "C02": Code(
        "An id appears twice",
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
        "The overall score is not the mean of the others",
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
        "A finding is only in the JSON",
        "Notes and JSON say the same; people read the one, programs the other.",
        "BACKEND-MED-002 in the JSON, not under Findings in the notes",
        "the finding in both",
    ),
    "C07": Code(
        "A finding is only in the notes",
        "Notes and JSON say the same; people read the one, programs the other.",
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
    "C19": Code(
        "An answer is set aside without a reason",
        "Not applicable, open and waived are claims too.",
        '{"criterion": "performance", "status": "waived"}',
        '{"criterion": "performance", "status": "waived", "reason": "no load figures exist"}',
    ),
    "C21": Code(
        "The notes mention a finding that does not exist",
        "It may be one of another report; else whoever looks for it finds nothing.",
        "as said in BACKEND-HIGH-009, without that finding",
        "an id of `findings`",
        severity="warning",
    ),
    "C20": Code(
        "A checklist item is not known",
        "Other workers look for the known ones; `explain checklists` lists them.",
        '"item": "validate"',
        '"item": "input validation"',
        severity="warning",
    ),
    "C23": Code(
        "Notes and JSON list other changes",
        "Whoever reads one of the two misses what the other has.",
        "CHG-003 in the JSON and no line of it under Changes",
        "a line per change: - CHG-003 modified: `app/orders.py`: summary",
    ),
    "C22": Code(
        "A form in the notes says something else than the JSON",
        "One of the two is wrong, and whoever reads the other is misled.",
        "ENDPOINT: GET /api/v1/orders with `Authentication: none` and requires_auth true",
        "the same status, authentication and columns in both files",
    ),
}

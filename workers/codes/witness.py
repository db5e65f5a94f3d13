"""Codes W40 to W43: what the report says was read, run or searched, and the agent's transcript."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "W40": Code(
        "A file is named as read or cited, and was never opened",
        "What nobody looked at is no evidence. Told only where the whole transcript is there.",
        "`app/billing.py` in files_analyzed, and no tool call that opened, printed or searched it",
        "read the file, or leave it out of files_analyzed and of the evidence",
        severity="warning",
    ),
    "W41": Code(
        "A command is listed as a proof, and was never run",
        "A result that nobody saw is a guess. Told only where the whole transcript is there.",
        "`npm test` in proofs, and no tool call that ran it",
        "run it, or take it out of proofs",
        severity="warning",
    ),
    "W42": Code(
        "A command ended otherwise than the report says",
        "Whoever trusts the report takes failing code for proven.",
        '{"command": "pytest -q", "exit_code": 0} where its last run ended with 1',
        "repair what fails and run it again, or report the exit code that it had",
    ),
    "W43": Code(
        "Something is said to be nowhere else, and the search for it was not complete",
        "A search that was cut off, or that looked into one folder, finds no absence.",
        "no other callers of `total`, after `grep -rn total app | head -5`",
        "the same search over all of the code and without `head`",
        severity="warning",
    ),
}

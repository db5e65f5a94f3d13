"""Codes Q: signs of padding."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "Q01": Code(
        "A sentence appears twice",
        "Padding hides what matters.",
        "the same paragraph in two sections",
        "once, with a reference",
        severity="warning",
    ),
    "Q02": Code(
        "Two entries are described in the same words",
        "A description that fits any entry says nothing about this one.",
        "two endpoints called 'Handles the request and returns the response'",
        "what each does",
        severity="warning",
    ),
    "Q03": Code(
        "Every action is critical",
        "When all is urgent, nothing is.",
        "four actions, four times critical",
        "an order in which to do them",
        severity="warning",
    ),
    "Q04": Code(
        "Most domains are set aside",
        "Not applicable is not the same as not examined.",
        "three domains `Not applicable: out of scope`",
        "`not_examined` with its reason",
        severity="warning",
    ),
    "Q05": Code(
        "The summary says next to nothing",
        "It is the only part that everybody reads.",
        "Fine.",
        "three sentences: state, gravest finding, what to do first",
        severity="warning",
    ),
    "Q07": Code(
        "The report names nothing of what the task names",
        "It may be a good report on something else.",
        "a report on the mail templates for the task `What is slow in GET /orders?`",
        "a report that names what was asked about, or not_examined with the reason",
        severity="warning",
    ),
    "Q06": Code(
        "A model doubts a statement",
        "An opinion that --review-model asked for; it decides nothing.",
        "'Improve the performance' as a recommendation",
        "which query, which index, which bound",
        severity="warning",
    ),
    "Q08": Code(
        "Most findings cite the very same lines",
        "What holds for any finding shows none of them.",
        "four findings, each with the evidence app/main.py:1",
        "for each finding the lines that show it",
        severity="warning",
    ),
    "Q09": Code(
        "An accepted handoff is not named in the report",
        "Whoever handed it on cannot see what became of it.",
        "a report that names H12 nowhere, though its worker accepted H12",
        "H12 where the report uses it; or in not_examined, with the reason why it was not used",
        severity="warning",
    ),
}

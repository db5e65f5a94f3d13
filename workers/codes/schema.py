"""Codes J: the JSON is well-formed and has the form it must have."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "J01": Code(
        "The JSON does not parse",
        "A program can do nothing with half a document.",
        '{"scores": {...},}',
        '{"scores": {...}}',
    ),
    "J02": Code(
        "A key appears twice in one object",
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
        "Digits in quotes and a list for its one item are taken as they are meant; this is not.",
        '"line": "the second"',
        '"line": 12',
    ),
    "J09": Code(
        "A value is none of those allowed",
        "Programs know these words and no others; their letter case is free.",
        '"severity": "grave"',
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
}

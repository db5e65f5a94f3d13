"""Codes K from 85: claims about sources, options, recommendations, tokens and contrasts."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "K85": Code(
        "The date of a source cannot be",
        "The calendar does not have it, or it is in the future.",
        '"date": "2023-02-30"',
        '"date": "2023-02-28"',
    ),
    "K86": Code(
        "The saved copy of a source is not there",
        "Nobody can look up what the source said.",
        '"copy": "/tmp/page.html"',
        '"copy": "sources/page.md", a file below the session\'s folder',
    ),
    "K87": Code(
        "The saved copy of a source does not hold what is quoted of it",
        "White space, quotes and marks of Markdown do not count; the words do.",
        "a quotation with a word that the page does not have",
        "its own words, [...] where some are left out",
    ),
    "K88": Code(
        "A manifest declares what is said not to be in use",
        "What is compared as new is there already.",
        '"name": "redis", "in_use": false beside a requirements.txt with redis',
        '"in_use": true',
    ),
    "K89": Code(
        "A recommendation names an option or source that the report does not list",
        "What it rests on cannot be looked up.",
        '"source_ids": ["SRC-009"] of a report with two sources',
        '"source_ids": ["SRC-002"]',
    ),
    "K90": Code(
        "A saved copy with tags may not hold what is quoted of it",
        "Unknown: what is between its tags may be put together by a program.",
        "a quotation that the saved page does not show",
        "a copy of the page's text that has it",
        severity="warning",
    ),
    "K91": Code(
        "A design token has another value",
        "The lines that declare it were read; no theme among them has the value.",
        '"value": "#0055ff" of `--color-brand: #0044cc`',
        '"value": "#0044cc"',
    ),
    "K92": Code(
        "A design token is not declared in the files that are cited for it",
        "Whoever uses the name gets nothing.",
        '"name": "--colour-brand" of a file with --color-brand',
        '"name": "--color-brand"',
    ),
    "K93": Code(
        "A contrast is not that of its two colours",
        "It is computed by the formula of WCAG 2.2.",
        '"foreground": "#777777", "background": "#ffffff", "ratio": 4.6',
        '"ratio": 4.48',
    ),
    "K94": Code(
        "A contrast passes, or not, against what is said",
        "4.5 for text, 3 for large text and for what is no text; 7 and 4.5 at level AAA.",
        '"ratio": 4.48, "level": "AA", "passes": true',
        '"passes": false',
    ),
}

"""The success criteria of WCAG 2.2 by number, each with its level.

Source: Web Content Accessibility Guidelines 2.2, W3C Recommendation of 12 December 2024, section 6
lists them. 4.1.1 (Parsing) was taken out of 2.2 and is still asked for by rules that name 2.1.
"""

from __future__ import annotations

from functools import cache

_BY_LEVEL = {
    "A": "1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1"
    " 2.4.1 2.4.2 2.4.3 2.4.4 2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7"
    " 4.1.1 4.1.2",
    "AA": "1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7"
    " 2.4.11 2.5.7 2.5.8 3.1.2 3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3",
    "AAA": "1.2.6 1.2.7 1.2.8 1.2.9 1.3.6 1.4.6 1.4.7 1.4.8 1.4.9 2.1.3 2.2.3 2.2.4 2.2.5 2.2.6"
    " 2.3.2 2.3.3 2.4.8 2.4.9 2.4.10 2.4.12 2.4.13 2.5.5 2.5.6 3.1.3 3.1.4 3.1.5"
    " 3.1.6 3.2.5 3.3.5 3.3.6"
    " 3.3.9",
}


@cache
def levels() -> dict[str, str]:
    """Return the level of each criterion by its number."""
    return {number: level for level, numbers in _BY_LEVEL.items() for number in numbers.split()}

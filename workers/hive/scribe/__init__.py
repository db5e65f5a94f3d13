"""The scribe: many accepted reports become one, and where they contradict each other is shown.

A new kind of entry is a line in COMPARERS (`kinds`), a new form of values a function in `values`.
Everything here works on `Account`s, dictionaries as they were handed in: nothing opens a file.
"""

from __future__ import annotations

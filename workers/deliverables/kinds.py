"""The kinds of tasks: to look at code, or to change it."""

from __future__ import annotations

ANALYSIS = "analysis"
CHANGE = "change"
KINDS = (ANALYSIS, CHANGE)

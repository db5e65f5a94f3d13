"""Receipts as text, and the number that each gets."""

import time

from till.pricing import total_of, with_tax


def number_of(counter: int) -> str:
    return f"{time.strftime('%Y%m%d')}-{counter:05d}"


def receipt(counter: int, lines: list[tuple[int, int]]) -> str:
    total = with_tax(total_of(lines))
    return f"{number_of(counter)}: {total / 100:.2f}"


def void(text: str) -> str:
    if text.startswith("VOID"):
        return text
    return f"VOID {text}"

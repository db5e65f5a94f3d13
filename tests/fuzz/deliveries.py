"""Honest deliveries, changed by their structure: what is handed to the judge."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz import blocks
from tests.fuzz.blocks import size, text, value, word
from tests.kit import PROJECT, SESSION

_MARKS = (
    "[", "![", "*a ", "**", "_a_ ", "`", "`a` ", "<", "<a ", "<!--", "&", "\\", "|", "> ", "- ", "1. ",
    "#", "[a]: b\n", "[a](", "](", "<![CDATA[", "***a ", "*_", "~~~\n", "```\n", "<div>\n", "a\n",
    "|a|b|\n", "\t", " ", "\n", "\r", "Evidence: `a.py:1`\n", "`a.py:1` ", "ENDPOINT: GET /x\n",
    "TABLE: t\n", "### BACKEND-LOW-001: x\n", "## Findings\n", "a b:1 ", "FILL: ", "{{x}} ", "a@b.c ",
    "-", "=\n", "http://a.b ", "\u202e", "e\u0301", "Proposed: ", "NaN", "TBD ", "[x] ", "!", "'",
)  # fmt: skip
_PATHS = (
    "app/main.py", "../x", "/etc/passwd", "app", "", ".", "a" * 300, "app/../app/main.py", "\x00",
    "app/main.py\n", "~/x", "C:\\x.py", "a/" * 400, "app/main.py/", "\ud800", "%s", "src/app.ts",
)  # fmt: skip
# What is multiplied again and again would try the memory of the one who makes it, not the judge's.
_MOST_CHARACTERS = 4_000_000


def base(root: Path, name: str) -> tuple[str, str]:
    """Return notes and JSON of an honest report, for a root."""
    folder = PROJECT / "tests" / "deliveries" / name
    found = []
    for file in ("backend_notes.md", "backend_output.json"):
        whole = (folder / file).read_text("utf-8")
        for mark, real in (
            ("@ROOT@", str(root)),
            ("@SESSION@", SESSION),
            ("@TIME@", "2026-01-31T09:00:00Z"),
        ):
            whole = whole.replace(mark, real)
        found.append(whole)
    return found[0], found[1]


def _lines(random: Random, notes: str) -> str:
    """Drop, double, move or cut lines."""
    lines = notes.split("\n")
    for _ in range(size(random, 30)):
        at = random.randrange(len(lines))
        kind = random.randrange(5)
        if kind == 0 and len(lines) > 1:
            del lines[at]
        elif kind == 1:
            lines[at:at] = lines[at : at + size(random, 20)] * size(random, 40)
        elif kind == 2:
            lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)]
        elif kind == 3:
            lines[at] = f"{random.choice(['#', '##', '>', '-', '    ', '|', '1.'])} {lines[at]}"
        else:
            other = random.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    return "\n".join(lines)


def _flood(random: Random, notes: str) -> str:
    """Put a mark somewhere, again and again."""
    mark = random.choice(_MARKS)
    most = random.choice([3000, 150_000, 1_000_000])
    return _inserted(random, notes, mark * size(random, most // len(mark)))


def _inserted(random: Random, notes: str, what: str) -> str:
    at = random.randrange(len(notes) + 1)
    if random.random() < 0.6:  # on lines of its own
        at = notes.find("\n", at)
        what = f"\n\n{what}\n\n"
    return notes[:at] + what + notes[at:]


def _fences(random: Random, notes: str) -> str:
    for _ in range(size(random, 8)):
        language = random.choice(list(blocks.LANGUAGES))
        tag = language if random.random() < 0.8 else random.choice(blocks.TAGS)
        fence = random.choice(["```", "```", "~~~", "````"])
        body = blocks.block(random, language)
        evidence = "Evidence: `app/main.py:1-9`\n" if random.random() < 0.1 else ""
        notes = _inserted(random, notes, f"{evidence}{fence}{tag}\n{body}\n{fence}")
    return notes


def _cited(random: Random, notes: str) -> str:
    for _ in range(size(random, 40)):
        path = random.choice(_PATHS)
        line = random.choice(
            ["1", "0", "-1", "9" * 20, "3-1", "1-99999999", "1:2", "L1", "1,2", "\u2013"]
        )
        quote = f"\n```python\n{text(random)}\n```" if random.random() < 0.3 else ""
        notes = _inserted(random, notes, f"Evidence: `{path}:{line}`{quote}")
    return notes


def _characters(random: Random, notes: str) -> str:
    for _ in range(size(random, 50)):
        at = random.randrange(len(notes) + 1)
        notes = notes[:at] + random.choice(blocks.ODD) + notes[at + random.randrange(3) :]
    return notes


NOTES: tuple[Callable[[Random, str], str], ...] = (
    _lines,
    _flood,
    _fences,
    _fences,
    _cited,
    _characters,
)


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container with each of its keys or positions."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for key, inner in list(pairs):
        yield data, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _replaced(random: Random, data: Any) -> None:
    for _ in range(size(random, 12)):
        places = list(_places(data))
        if not places:
            return
        holder, key = random.choice(places)
        kind = random.randrange(6)
        if kind == 0:
            del holder[key]
        elif kind == 1 and isinstance(holder, list):
            times = size(random, 400)
            if times * len(json.dumps(holder[key])) < _MOST_CHARACTERS:
                holder[key:key] = [copy.deepcopy(holder[key])] * times
        elif kind == 2 and isinstance(holder, dict):
            holder[word(random)] = value(random)
        elif kind == 3 and isinstance(holder[key], str):
            holder[key] += text(random)
        else:
            holder[key] = value(random)


def _rows(data: Any, name: str) -> list[Any]:
    """Return the entries of a list that another change may have made anything of."""
    rows = data.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _proposed(random: Random, data: Any) -> None:
    """Propose SQL, OpenAPI and endpoints."""
    for row in _rows(data, "database_designs"):
        row["status"] = random.choice(["proposed", "existing"])
        row["ddl"] = blocks.block(random, "sql")
        up, down = blocks.block(random, "sql"), blocks.statement(random)
        row["migration"] = {"up": up, "down": down}
        if random.random() < 0.2:
            row["migration"]["language"] = random.choice(["python", "sql", "tsql", "yaml", 1, None])
    for row in _rows(data, "api_specifications"):
        if random.random() < 0.5:
            row["openapi"] = random.choice(
                [blocks.openapi(random), blocks.block(random, "openapi")]
            )


def _evidence(random: Random, data: Any) -> None:
    for holder, key in list(_places(data)):
        if key in {"file", "line", "end_line", "snippet"} and random.random() < 0.2:
            odd = {"file": random.choice(_PATHS), "snippet": text(random)}
            holder[key] = odd.get(key, random.choice([0, -1, 10**9, 2**70, "1", None, 1.5, True]))


DATA: tuple[Callable[[Random, Any], None], ...] = (_replaced, _replaced, _proposed, _evidence)


def _broken(random: Random, written: str) -> str:
    """Break JSON as a text."""
    at = random.randrange(len(written) + 1)
    deep = random.choice(["[", '{"a":']) * size(random, 60_000)
    forms = (written[:at], written[:at] + random.choice(',:{}[]"\\x\n') + written[at:], written * 2, deep,
             written.replace('"', "'"), f"```json\n{written}\n```", written.replace("{", '{"a": NaN,', 1),
             written[:at] + deep + written[at:], "", "null", "[]", f"// x\n{written}")  # fmt: skip
    return random.choice(forms)


def _encoded(random: Random, whole: str) -> bytes:
    kind = random.random()
    if kind < 0.9:
        return whole.encode("utf-8", "replace")
    if kind < 0.95:
        return whole.encode(random.choice(["utf-16", "utf-8-sig", "utf-32"]), "replace")
    raw = bytearray(whole.encode("utf-8", "replace"))
    for _ in range(size(random, 20)):
        if raw:
            raw[random.randrange(len(raw))] = random.randrange(256)
    return bytes(raw)


def delivery(seed: int, number: int, root: Path, name: str) -> tuple[bytes, bytes]:
    """Return the files of one case: the same for the same seed and number."""
    random = Random(f"{seed}-{number}")  # noqa: S311 - to be repeated
    notes, written = base(root, name)
    data = json.loads(written)
    kind = random.random()
    if kind < 0.75:
        for _ in range(random.choice([1, 1, 2, 3])):
            notes = random.choice(NOTES)(random, notes)
    if kind > 0.45:
        for _ in range(random.choice([1, 1, 2])):
            random.choice(DATA)(random, data)
        written = json.dumps(data, ensure_ascii=random.random() < 0.5)
    if random.random() < 0.06:
        written = _broken(random, written)
    return _encoded(random, notes), _encoded(random, written)

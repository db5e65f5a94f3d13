"""Counts how proposed SQL is judged: `python -m benchmarks.proposals PATH [--show N]`.

Reads every .sql file below a folder, taken to be valid, and judges each statement by the dialect
that its path names (postgres, mysql, sqlite, mssql, oracle), and by all dialects together, as one
whose dialect nobody knows. A valid statement that is refuted is a fault of ours: the number must be
0. Then each statement is broken in as many of the ways of BREAKS as fit it, and judged again.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

from workers.delivery import dialects
from workers.delivery.dialects.lexing import Unsure, pieces_of

WORDS = {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "pgsql": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "tsql": "tsql",
    "mssql": "tsql",
    "sqlserver": "tsql",
    "oracle": "oracle",
}
# What is replaced, the first time that it occurs, by what: one token that is wrong.
BREAKS = {
    "a misspelt beginning": (r"^(SELEC|INSER|UPDAT|DELET|CREAT|ALTE|DRO)[TERP]\b", r"\1"),
    "TABLE misspelt": (r"^(CREATE|ALTER|DROP) TABLE\b", r"\1 TABEL"),
    "INDEX misspelt": (r"^(CREATE(?: UNIQUE)?|DROP) INDEX\b", r"\1 INDXE"),
    "ADD COLUM": (r"\bADD COLUMN (?!IF)", "ADD COLUM "),
    "DROP COLUM": (r"\bDROP COLUMN (?!IF)", "DROP COLUM "),
    "an index without brackets": (r"^(CREATE [\w ]*INDEX [^()]* ON \S+) ?\((\w+)\)", r"\1 \2"),
    "nothing is set": (r"^(UPDATE \S+ SET)\b[\s\S]*", r"\1;"),
    "a bracket not closed": (r"\)(?=[^)]*$)", ""),
    "a bracket not opened": (r"\(", ""),
    "a comma twice": (r",(?=\s*\w)", ",,"),
    "FRM": (r"(?<=[\w*]) FROM (?=\w)", " FRM "),
    "INOT": (r"^INSERT INTO\b", "INSERT INOT"),
    "cut off after WHERE": (r"\bWHERE [\s\S]*", "WHERE;"),
    "VALUS": (r"\bVALUES ?(?=\()", "VALUS "),
    "PRIMRY": (r"\bPRIMARY KEY\b", "PRIMRY KEY"),
    "NOT NUL": (r"\bNOT NULL\b", "NOT NUL"),
    "REFERNCES": (r"\bREFERENCES\b", "REFERNCES"),
    "ORDR BY": (r"\bORDER BY\b", "ORDR BY"),
    "JION": (r" JOIN ", " JION "),
}
MOST = 20_000  # characters of a statement


def dialect_of(path: Path) -> str | None:
    words = re.split(r"[^a-z0-9]+", str(path).lower())
    return next((WORDS[word] for word in reversed(words) if word in WORDS), None)


def statements(text: str, dialect: str) -> list[str]:
    """Return the statements of a file; all of it where they cannot be told apart."""
    if dialect == "tsql":
        pieces = re.split(r"(?im)^[ \t]*GO[ \t]*;?[ \t]*$", text)
        return [one.strip() for one in pieces if one.strip()]
    if re.search(r"\b(?:BEGIN|DELIMITER|STDIN)\b", text, re.IGNORECASE):
        return [text]
    try:
        return [text[piece.start : piece.end].strip() for piece in pieces_of(text, dialect)]
    except Unsure:
        return [text]


def broken(statement: str) -> list[tuple[str, str]]:
    bare = re.sub(r"^(?:\s|--[^\n]*|/\*[\s\S]*?\*/)+", "", statement)
    flat = re.sub(r"\s+", " ", bare) if "--" not in bare and "'" not in bare else bare
    changed = [
        (name, re.sub(pattern, new, flat, count=1, flags=re.IGNORECASE))
        for name, (pattern, new) in BREAKS.items()
    ]
    return [(name, text) for name, text in changed if text != flat]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--dialect", choices=sorted(dialects.READERS))
    parser.add_argument("--show", type=int, default=5, help="refused ones that are printed")
    parser.add_argument("--most", type=int, default=20_000, help="statements of a dialect")
    arguments = parser.parse_args()
    valid: Counter[tuple[str, str]] = Counter()
    faults: Counter[tuple[str, str, str]] = Counter()
    for file in sorted(arguments.path.rglob("*.sql")):
        dialect = arguments.dialect or dialect_of(file)
        text = file.read_text("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
        if dialect is None:
            continue
        whole = dialects.fault_of(text, frozenset({dialect})) if len(text) < 50_000 else None
        if whole is not None:
            valid[dialect, "files refuted"] += 1
            print(f"refuted: {file}:{whole.line}: {whole.reason}", file=sys.stderr)
        for statement in statements(text, dialect):
            if len(statement) > MOST or valid[dialect, "statements"] >= arguments.most:
                continue
            valid[dialect, "statements"] += 1
            for column, known in (("refuted", frozenset({dialect})), ("by all", dialects.ANY)):
                fault = dialects.fault_of(statement, known)
                valid[dialect, column] += fault is not None
                if fault is not None and valid[dialect, column] <= arguments.show:
                    print(f"{dialect} {column}: {fault.reason}: {statement[:1500]!r}")
            for name, wrong in broken(statement):
                faults[dialect, name, "of"] += 1
                faults[dialect, name, "refuted"] += (
                    dialects.fault_of(wrong, frozenset({dialect})) is not None
                )
                faults[dialect, name, "by all"] += (
                    dialects.fault_of(wrong, dialects.ANY) is not None
                )
    told(valid, faults)


def told(valid: Counter[tuple[str, str]], faults: Counter[tuple[str, str, str]]) -> None:
    known = sorted({dialect for dialect, _ in valid})
    print(f"\n{'valid statements':28}{'read':>9}{'refuted':>9}{'dialect unknown':>17}")
    for dialect in known:
        row = [valid[dialect, name] for name in ("statements", "refuted", "by all")]
        print(f"{dialect:28}{row[0]:>9,}{row[1]:>9}{row[2]:>17}")
    for dialect in known:
        print(f"\n{'broken: ' + dialect:28}{'made':>9}{'refuted':>9}{'dialect unknown':>17}")
        for name in (*BREAKS, "all"):
            row = [
                sum(faults[dialect, one, column] for one in BREAKS if name in {one, "all"})
                for column in ("of", "refuted", "by all")
            ]
            if row[0]:
                shares = [f"{number / row[0]:.0%}" for number in row[1:]]
                print(f"{name:28}{row[0]:>9,}{shares[0]:>9}{shares[1]:>17}")


if __name__ == "__main__":
    main()

"""False claims of findings: what is missing, unused, unguarded, or of another version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.stacks.false_tables import columns_of
from tests.stacks.ground import existing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.stacks.ground import Ground, Planted, Report


def _claiming(claim: Report, evidence: dict[str, Any] | None = None) -> Callable[[Report], None]:
    """Give the last finding one claim, and the evidence for it."""

    def change(report: Report) -> None:
        finding = report["findings"][-1]
        finding["claims"] = [claim]
        if evidence:
            finding["evidence"] = [evidence]

    return change


def false_absences(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim that a key, an index or a constraint is missing that the declaration has."""
    for number, table, _, column in columns_of(ground):
        evidence = ground.report["database_designs"][number]["evidence"][0]
        there = {
            "missing_index": column.get("unique"),
            "missing_unique": column.get("unique"),
            "missing_not_null": column.get("nullable") is False,
            "missing_foreign_key": "references" in column,
            "missing_primary_key": column["primary_key"],
        }[kind]
        if not there:
            continue
        about = {} if kind == "missing_primary_key" else {"columns": [column["name"]]}
        change = _claiming({"kind": kind, "table": table, **about}, evidence)
        what = f"{table}.{column['name']}"
        yield ground.of_table(kind, what, change, table)


def plain_passwords(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim that a password is kept as typed, at the line that hashes it."""
    for file, text in ground.stack.hashing:
        place = ground.place(file, text)
        change = _claiming({"kind": "plain_password", **place}, place)
        yield ground.variant(kind, f"{file}: {text}", change, "refuted")


def wrong_versions(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim another version than the manifest has, near it and far from it."""
    for manifest, package, version in ground.stack.dependencies:
        (last,) = re.findall(r"\d+$", version)
        near = version[: -len(last)] + str(int(last) + 1)
        text = package.split(":")[-1] if manifest == "pom.xml" else package
        place = _first(ground, manifest, text)
        for wrong in (near, "0.0.1"):
            claim = {"kind": "dependency", "name": package, "version": wrong}
            change = _claiming(claim, place)
            yield ground.variant(kind, f"{package} {wrong}", change, "refuted")


def _first(ground: Ground, file: str, text: str) -> dict[str, Any]:
    lines = (ground.root / file).read_text("utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, 1) if text in line)
    return {"file": str(ground.root / file), "line": number}


def false_symbols(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim that nothing calls, or no test names, a symbol that is called or tested."""
    names = {"unused_code": ground.stack.used, "missing_test": ground.stack.tested}[kind]
    for name in names:
        change = _claiming({"kind": kind, "name": name})
        yield ground.variant(kind, name, change, "refuted")


def false_guards(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim that a guarded endpoint asks nobody."""
    for _, row in existing(ground, "api_specifications"):
        if row["requires_auth"]:
            claim = {"kind": "missing_auth", "method": row["method"], "path": row["path"]}
            expected = "refuted" if ground.stack.has_reader else "undecided"
            change = _claiming(claim, row["evidence"][0])
            yield ground.variant(kind, f"{row['method']} {row['path']}", change, expected)

"""Every fault is caught, by its own code; every honest report passes.

A folder of tests/deliveries holds expected.json: what to change in the honest report
([file, old, new]; REMOVE and LINK act on the whole file) and the codes that must be told, all of
them and no others. A file in the folder replaces that of the honest report.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from sessions.events import utc_now
from tests.kit import HONEST, SAMPLES, SESSION, copy_sample
from workers.catalog import WORKERS
from workers.codes import CODES
from workers.delivery import Expected, read_delivery
from workers.repository import Repository
from workers.review import Review, review

DELIVERIES = HONEST.parent
FAULTS = sorted(f.name for f in DELIVERIES.iterdir() if f.name not in SAMPLES)
FILES = ("backend_notes.md", "backend_output.json")
NOTES, JSON = FILES


def expected(fault: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DELIVERIES / fault / "expected.json").read_text("utf-8"))
    return content


def base_of(fault: str) -> str:
    """Return the honest report that a fault is planted in."""
    base: str = expected(fault).get("base", "honest")
    return base


def lay_out(root: Path, fault: str | None = None, base: str = "honest") -> None:
    """Put an honest report into the root's parent, with the fault in it."""
    now = utc_now()
    base = base_of(fault) if fault else base
    for name in FILES:
        source = DELIVERIES / (fault or base) / name
        data = (source if source.exists() else DELIVERIES / base / name).read_bytes()
        for edited, old, new in expected(fault)["edits"] if fault else []:
            if edited != name:
                continue
            if old == "REMOVE":
                data = b""
            elif old != "LINK":
                assert data.count(old.encode()) >= 1, f"{fault}: {old!r} is not in {name}"
                data = data.replace(old.encode(), new.encode(), 1)
        for mark, value in {"@ROOT@": str(root), "@SESSION@": SESSION, "@TIME@": now}.items():
            data = data.replace(mark.encode(), value.encode())
        target = root.parent / name
        target.write_bytes(data)
        edits = [edit for edit in expected(fault)["edits"] if edit[0] == name] if fault else []
        if edits and edits[0][1] == "REMOVE":
            target.unlink()
        elif edits and edits[0][1] == "LINK":
            target.unlink()
            target.symlink_to(root / edits[0][2])


def judge(root: Path) -> Review:
    folder = root.parent
    known = Expected(SESSION, utc_now())
    delivery = read_delivery(WORKERS[0], Repository(root), folder / NOTES, folder / JSON, known)
    return review(delivery)


@pytest.mark.parametrize("base", SAMPLES)
def test_an_honest_report_has_no_problem(tmp_path: Path, base: str) -> None:
    root = copy_sample(tmp_path, SAMPLES[base])
    lay_out(root, base=base)
    judged = judge(root)
    assert judged.problems == ()
    others = {name: count for name, count in judged.evidence.items() if name != "verified"}
    assert others == {"stale": 0, "not_found": 0, "unverifiable": 0}
    assert judged.evidence["verified"] >= 19
    assert judged.computed.overall >= 95


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_its_code_alone(tmp_path: Path, fault: str) -> None:
    root = copy_sample(tmp_path, SAMPLES[base_of(fault)])
    (root / "Docs" / "hive-mind" / "sessions" / SESSION / "workers" / "notes").mkdir(parents=True)
    lay_out(root, fault)
    judged = judge(root)
    told = sorted({problem.code for problem in judged.problems})
    assert told == sorted(expected(fault)["problems"]), [p.message for p in judged.problems]
    errors = any(CODES[code].severity == "error" for code in told)
    assert judged.accepted is not errors
    for problem in judged.problems:
        assert problem.places[0].file
        assert problem.hint


def test_every_code_of_a_report_has_a_fault() -> None:
    told = {code for fault in FAULTS for code in expected(fault)["problems"]}
    cannot_be_planted = {"E12", "K18"}  # a huge file: test_bad_inputs; a library: test_claims
    assert told | cannot_be_planted == {code for code in CODES if code[0] != "R"}


def _crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


def _bom(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


def _trailing_blanks(data: bytes) -> bytes:
    return data.replace(b"\n", b"   \n") if data.startswith(b"#") else data


def _tildes(data: bytes) -> bytes:
    return data.replace(b"```", b"~~~")


def _compact_json(data: bytes) -> bytes:
    return json.dumps(json.loads(data)).encode() if data.startswith(b"{") else data


def _bold_evidence(data: bytes) -> bytes:
    return data.replace(b"\nEvidence:", b"\n**Evidence:**")


def _listed_evidence(data: bytes) -> bytes:
    return data.replace(b"\nEvidence:", b"\n- Evidence:")


def _blank_after_evidence(data: bytes) -> bytes:
    return data.replace(b"`\n\n```", b"`\n```")


def _setext(data: bytes) -> bytes:
    return data.replace(b"## Findings\n", b"Findings\n--------\n")


def _closed_heading(data: bytes) -> bytes:
    return data.replace(b"## Priority Actions\n", b"##  Priority  Actions ##\n")


def _cyrillic_prose(data: bytes) -> bytes:
    return data.replace(
        b"Plain SQL, two steps;", "Обычный SQL, два шага; 純粋なSQL、二段階。".encode()
    )


def _absolute_citations(data: bytes) -> bytes:
    return data.replace(b"`app/orders.py:26`", b"`@ROOT@/app/orders.py:26`")


def _dotted_path(data: bytes) -> bytes:
    return data.replace(b"`app/orders.py:26`", b"`./app//orders.py:26`")


def _dedented_quotation(data: bytes) -> bytes:
    return data.replace(b"        claims = jwt", b"claims = jwt")


def _unresolved_none(data: bytes) -> bytes:
    return data.replace(
        b"Nobody could say how many orders a user has at most; the page size rests on a guess.",
        b"None.",
    )


def _ports_and_times(data: bytes) -> bytes:
    more = b"Plain SQL at `localhost:5432`, `12:30`, `db.internal:80`, `std::vec:1`, `a:b:3`;"
    return data.replace(b"Plain SQL, two steps;", more)


def _todo_spoken_of(data: bytes) -> bytes:
    more = b"TODO comments stand in the code (`# TODO: retry`), and `{{NAME}}` in a template;"
    return data.replace(b"Plain SQL, two steps;", more)


def _optional_null(data: bytes) -> bytes:
    return data.replace(
        b'"status": "proposed",\n      "category": "database",',
        b'"status": "proposed",\n      "current_performance": null,\n      "category": "database",',
    )


HARMLESS = (
    _crlf,
    _bom,
    _trailing_blanks,
    _tildes,
    _compact_json,
    _bold_evidence,
    _listed_evidence,
    _blank_after_evidence,
    _setext,
    _closed_heading,
    _cyrillic_prose,
    _absolute_citations,
    _dotted_path,
    _dedented_quotation,
    _unresolved_none,
    _ports_and_times,
    _todo_spoken_of,
    _optional_null,
)


@pytest.mark.parametrize("variant", HARMLESS, ids=lambda variant: variant.__name__.strip("_"))
def test_a_harmless_variant_has_no_error(root: Path, variant: Any) -> None:
    lay_out(root)
    changed = False
    for name in FILES:
        file = root.parent / name
        before = file.read_bytes()
        after = variant(before).replace(b"@ROOT@", os.fsencode(root))
        changed = changed or before != after
        file.write_bytes(after)
    assert changed
    judged = judge(root)
    assert judged.accepted, [problem.message for problem in judged.problems]


def test_a_root_behind_a_link_is_the_same_root(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    lay_out(root)
    assert judge(root).accepted
    lay_out(link)
    assert judge(link).accepted


def test_the_same_input_gives_the_same_bytes(root: Path) -> None:
    lay_out(root, "quotation-elsewhere")
    reviews = [repr(judge(root)) for _ in range(2)]
    assert reviews[0] == reviews[1]

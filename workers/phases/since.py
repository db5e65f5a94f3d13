"""What changed between two judgements: an earlier report in JSON, or a receipt, beside this one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sessions.errors import BadInput, NotReadable, shown
from sessions.files import read_regular
from workers.reporting.formats.judgement import Gone, Since

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workers.reporting.formats.judgement import Session

_BYTES = 64 * 1024 * 1024
_COMPARED = (*Gone._fields, "fingerprint")
_HINT = "Name a receipt (*_receipt.json), or what `report --format json --out FILE` wrote."


def since(session: Session, file: Path) -> Since:
    """Compare a session with what a file says of it earlier; raises BadInput for another file."""
    fields = _read(file)
    workers = {judged.worker: judged for judged in session.judgements}
    if isinstance(fields.get("reports"), list):
        both = _named(fields) & {*workers}
        if not both:
            raise BadInput(f"{shown(file, 300)} is of no worker of this report", _HINT)
        before = {row["fingerprint"]: row for row in _entries(fields) if row["worker"] in both}
        marks = {entry.fingerprint for entry in session.entries() if entry.worker in both}
        left = [row for mark, row in before.items() if mark not in marks]
        gone = tuple(Gone(*(row[name] for name in Gone._fields)) for row in left)
        return Since(str(file), gone, frozenset(marks - set(before)), ())
    then, judged = fields.get("cited"), workers.get(str(fields.get("worker")))
    if not isinstance(then, dict) or judged is None:
        raise BadInput(f"{shown(file, 300)} is of no worker of this report", _HINT)
    now = judged.cited
    files = [path for path in now | then if now.get(path) != then.get(path)]
    return Since(str(file), None, None, tuple(sorted(files)))


def _named(fields: dict[str, Any]) -> set[str]:
    """Return the workers that a report in JSON is of."""
    rows = [row for row in fields["reports"] if isinstance(row, dict)]
    return {row["worker"] for row in rows if isinstance(row.get("worker"), str)}


def _read(file: Path) -> dict[str, Any]:
    try:
        fields = json.loads(read_regular(file, _BYTES, follow=True))
    except OSError as error:
        raise BadInput(f"{shown(file, 300)} cannot be read: {error.strerror}", _HINT) from error
    except NotReadable as error:
        raise BadInput(f"{shown(file, 300)} cannot be read: {error}", _HINT) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{shown(file, 300)} is not JSON", _HINT) from error
    if not isinstance(fields, dict):
        raise BadInput(f"{shown(file, 300)} is no report and no receipt", _HINT)
    return fields


def _entries(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the entries of a report in JSON that have all that is compared."""
    for report in fields["reports"]:
        rows = report.get("entries") if isinstance(report, dict) else None
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and all(isinstance(row.get(n), str) for n in _COMPARED):
                yield row

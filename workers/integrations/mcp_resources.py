"""What clients of the Model Context Protocol can read: reports, problems, schemas."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from sessions.errors import BadInput, WaggleError, shown
from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sessions.session import Session

_JSON = "application/json"
_MEANING = {
    "report": "the JSON that a worker fills in",
    "problems": "all problems of the last verdict on it",
}
TEMPLATES = [
    *(
        {
            "uriTemplate": f"waggle://sessions/{{session}}/{{worker}}/{name}",
            "name": name,
            "description": meaning,
            "mimeType": _JSON,
        }
        for name, meaning in _MEANING.items()
    ),
    {
        "uriTemplate": "waggle://schemas/{worker}",
        "name": "schema",
        "description": "the JSON Schema of what a worker fills in",
        "mimeType": _JSON,
    },
]
_LISTED_SESSIONS = 50
_ADDRESS = lazy_pattern(
    r"waggle://(?:schemas/(?P<schema>[^/]+)"
    r"|sessions/(?P<session>[^/]+)/(?P<worker>[^/]+)/(?P<name>report|problems))",
    re.ASCII,
)


def listed(root: Path) -> list[dict[str, Any]]:
    """Return what the newest sessions have, and the schemas; a damaged one hides no other."""
    from sessions.session import session_at, session_ids
    from workers.catalog import workers_of

    rows = [_row(f"schemas/{worker.name}") for worker in workers_of(root)]
    for session_id in session_ids(root)[:_LISTED_SESSIONS]:
        try:
            session = session_at(root, session_id)
            workers = session.state().workers
        except (WaggleError, OSError):
            continue
        rows += [_row(address) for name in workers for address in _there(session, name)]
    return rows


def _row(address: str) -> dict[str, Any]:
    return {"uri": f"waggle://{address}", "name": address, "mimeType": _JSON}


def _there(session: Session, full_name: str) -> Iterator[str]:
    from workers.catalog import worker_if_known

    worker = worker_if_known(full_name, session.root)
    if worker is not None:
        for name in _MEANING:
            if os.path.lexists(_file(session, worker.name, name)):
                yield f"sessions/{session.id}/{worker.name}/{name}"


def _file(session: Session, worker: str, name: str) -> Path:
    return session.json_file(worker) if name == "report" else session.problems_file(worker)


def contents(root: Path, uri: str) -> list[dict[str, Any]]:
    """Return what is at an address.

    Raises BadInput for one that is none of ours, what `open_session` and `worker_called` raise,
    NotReadable and OSError.
    """
    match = _ADDRESS.fullmatch(uri)
    if match is None:
        raise BadInput(f"there is no resource {shown(uri)}", "See resources/templates/list.")
    text = _schema(root, match["schema"]) if match["schema"] else _text(root, match)
    return [{"uri": uri, "mimeType": _JSON, "text": text}]


def _schema(root: Path, name: str) -> str:
    from workers.catalog import worker_called
    from workers.reporting.reports import schema

    return schema(worker_called(name, root)).text


def _text(root: Path, match: re.Match[str]) -> str:
    from sessions.bounds import DELIVERABLE_BYTES
    from sessions.files import read_regular
    from sessions.session import open_session
    from workers.catalog import worker_called

    session = open_session(root, match["session"])
    file = _file(session, worker_called(match["worker"], root).name, match["name"])
    return read_regular(file, DELIVERABLE_BYTES).decode("utf-8", "replace")

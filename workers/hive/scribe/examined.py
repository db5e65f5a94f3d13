"""What all reports together looked at, and what one did not look at and another did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.hive.scribe.account import FINDING, Entry, text_of
from workers.hive.scribe.contradiction import Contradiction, Side, said
from workers.hive.scribe.kinds import comparers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.hive.scribe.account import Account

NOT_EXAMINED = "X08"
_PATH = lazy_pattern(
    r"[\w.@-]{1,100}(?:/[\w.@*-]{1,100}){1,20}/?|[\w-]{1,100}\.[a-z]{1,6}\b|[\w.-]{1,100}/"
)
_ROUTE = lazy_pattern(r"\b([A-Z]{3,7}) (/[^\s,;`]*)")
_NAMED = lazy_pattern(r"`([^`\n]{1,120})`")


def examined_files(account: Account) -> dict[str, str]:
    """Return every file that a report says it read or cites, with the first pointer to it."""
    files: dict[str, str] = {}
    metadata = account.data.get("analysis_metadata")
    listed = metadata.get("files_analyzed") if isinstance(metadata, dict) else None
    for position, file in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(file, str):
            pointer = f"/analysis_metadata/files_analyzed/{position}"
            files.setdefault(account.relative(file), pointer)
    for entry in account.entries:
        if entry.status != "proposed":
            for place in entry.cited:
                files.setdefault(place.file, place.pointer)
    return files


def not_examined(accounts: Sequence[Account]) -> list[dict[str, Any]]:
    """Return every area that somebody did not look at, with the workers who did."""
    rows = []
    files = {account.worker: examined_files(account) for account in accounts}
    for account in accounts:
        for pointer, row in account.rows("not_examined"):
            others = [one for one in accounts if one.worker != account.worker]
            rows.append(
                {
                    "worker": account.worker,
                    "area": text_of(row, "area"),
                    "reason": text_of(row, "reason"),
                    "pointer": pointer,
                    "examined_by": [
                        one.worker for one in others if _evidence(one, row, files[one.worker])
                    ],
                }
            )
    return rows


def looked_at(accounts: Sequence[Account]) -> Iterator[Contradiction]:
    """Yield what one says was not examined and another's report examines."""
    files = {account.worker: examined_files(account) for account in accounts}
    for account in accounts:
        for pointer, row in account.rows("not_examined"):
            if _evidence(account, row, files[account.worker]) is not None:
                continue  # a part of what it cites itself
            for other in accounts:
                if other.worker == account.worker:
                    continue
                evidence = _evidence(other, row, files[other.worker])
                if evidence is not None:
                    area = said(text_of(row, "area"))
                    sides = (Side(account.worker, pointer, "not examined", ""), evidence)
                    yield Contradiction(NOT_EXAMINED, area, "", sides)


def _evidence(account: Account, row: dict[str, Any], files: dict[str, str]) -> Side | None:
    """Return where a report examines an area: a path, an endpoint, or a name in backticks."""
    area = text_of(row, "area")
    for name in _paths(account, area):
        for file, pointer in sorted(files.items()):
            if _is_in(file, name):
                return Side(account.worker, pointer, "examined", file)
    wanted = {f"{method} {path}".lower() for method, path in _ROUTE.findall(area)}
    wanted |= {name.lower() for name in _NAMED.findall(area)}
    for entry in account.entries if wanted else ():
        if entry.kind != FINDING and entry.status != "proposed" and _titles(entry) & wanted:
            return Side(account.worker, entry.pointer, "examined", entry.at)
    return None


def _titles(entry: Entry) -> set[str]:
    title = comparers_of(entry.kind)[0].title(entry).lower()
    return {title, title.removeprefix(f"{entry.kind.replace('_', ' ')} ")}


def _paths(account: Account, area: str) -> list[str]:
    """Return the files and folders that an area names; a bare word is none."""
    text = account.relative(area) if "/" in area else area
    routes = {path for _, path in _ROUTE.findall(text)}
    names = [name.rstrip(".") for name in _PATH.findall(_ROUTE.sub(" ", text))]
    return [name.strip("/") for name in names if name not in routes and name.strip("/.*")]


def _is_in(file: str, name: str) -> bool:
    if "*" not in name:
        return file == name or file.startswith(f"{name}/")
    form = re.escape(name).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return re.fullmatch(f"{form}(?:/.*)?", file) is not None


def coverage(accounts: Sequence[Account]) -> dict[str, Any]:
    """Return what all reports together cover: files, things by kind, and what nobody looked at."""
    files: dict[str, set[str]] = {}
    things: dict[str, dict[Any, set[str]]] = {}
    for account in accounts:
        for file in examined_files(account):
            files.setdefault(file, set()).add(account.worker)
        for entry in account.entries:
            key = comparers_of(entry.kind)[0].key(entry) if entry.kind != FINDING else None
            if key is not None and entry.status != "proposed":
                things.setdefault(entry.kind, {}).setdefault(key, set()).add(account.worker)
    rows = not_examined(accounts)
    return {
        "files_examined": len(files),
        "files_by_several": sum(len(workers) > 1 for workers in files.values()),
        "by_worker": {
            account.worker: sum(account.worker in workers for workers in files.values())
            for account in accounts
        },
        "things": {
            kind: {"total": len(keys), "by_several": sum(len(w) > 1 for w in keys.values())}
            for kind, keys in sorted(things.items())
        },
        "not_examined": rows,
        "examined_by_nobody": sum(not row["examined_by"] for row in rows),
    }

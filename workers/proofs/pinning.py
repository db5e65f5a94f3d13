"""What a locked proof runs on: the worker's tree, with what decides the proof as the base has it.

Protected files that were changed or deleted are put back; new ones stay. Pinned files are exactly
the base's. Of a manifest only the scripts and the runner's sections are pinned: its dependencies
are the worker's to change.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from workers.proofs.copying import Overlay, prefix_of
from workers.proofs.definitions import PARTLY, matching

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessions.git import Blob
    from sessions.snapshots import Snapshots
    from workers.proofs.definitions import Proof

# The keys of package.json and the tables of pyproject.toml that say what is run, and how.
PACKAGE_KEYS = "scripts jest vitest mocha ava nyc c8 tap playwright".split()
PROJECT_TABLES = (
    *("pytest", "coverage", "tox", "nox", "poe", "taskipy", "pdm.scripts", "hatch.envs"),
    *("hatch.scripts", "rye.scripts", "pixi.tasks", "unittest", "ward", "green"),
)
_CFG_SECTION = r"(?:tool:)?pytest|coverage:.*|tox.*|testenv.*|nosetests|unittest|aliases|green"
_HEADER = r"^[ \t]*\[{1,2}[ \t]*([^\[\]\n]+?)[ \t]*\]{1,2}[ \t]*(?:#.*)?$"


def put_back(snapshots: Snapshots, base: str, tree: str, proof: Proof) -> Overlay:
    """Return what is otherwise than in the tree when a locked proof runs on it."""
    before, now = snapshots.blobs(base), snapshots.blobs(tree)
    changed = [path for path in {*before, *now} if before.get(path) != now.get(path)]
    protected = {path for path in matching(proof.protected, changed) if path in before}
    pinned = set(matching(proof.pinned, changed)) - protected
    partly = {path for path in pinned & now.keys() if PurePosixPath(path).name in PARTLY}
    prefix = prefix_of(snapshots)
    return Overlay(
        {prefix + path: before.get(path) for path in protected | (pinned - partly)},
        {prefix + path: text for path, text in _merged(snapshots, before, now, partly).items()},
    )


def _merged(
    snapshots: Snapshots, before: dict[str, Blob], now: dict[str, Blob], paths: set[str]
) -> dict[str, bytes]:
    """Return the manifests that have other scripts or sections than the base's, with the base's."""
    texts: dict[str, bytes] = {}
    with snapshots.contents() as read:
        for path in paths:
            mine = read(now[path].name) or b""
            theirs = read(before[path].name) if path in before else None
            text = _MERGED[PurePosixPath(path).name](theirs or b"", mine)
            if text is not None:
                texts[path] = text
    return texts


def _package(base: bytes, now: bytes) -> bytes | None:
    """Return package.json with the base's scripts and runners; None if it has them."""
    theirs, mine = _object(base), _object(now)
    if mine is None:
        return base
    merged = dict(mine)
    for key in PACKAGE_KEYS:
        if theirs is not None and key in theirs:
            merged[key] = theirs[key]
        else:
            merged.pop(key, None)
    if merged == mine:
        return None
    return f"{json.dumps(merged, indent=2, ensure_ascii=False)}\n".encode("utf-8", "surrogatepass")


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _project(base: bytes, now: bytes) -> bytes | None:
    """Return pyproject.toml with the base's tables of runners; None if it has them."""
    theirs, mine = _toml(base) or {}, _toml(now)
    if mine is None:
        return base
    wanted = deepcopy(mine)
    for name in PROJECT_TABLES:
        _put(wanted, ("tool", *name.split(".")), theirs)
    if wanted == mine:
        return None
    prefixes = [f"tool.{name}" for name in PROJECT_TABLES]
    merged = _with_blocks(
        base, now, lambda name: any(f"{name}.".startswith(f"{own}.") for own in prefixes)
    )
    # Where the text is laid out in a way that is not understood here, all of it is the base's.
    return merged if _toml(merged) == wanted else base


def _toml(data: bytes) -> dict[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _put(table: dict[str, Any], keys: tuple[str, ...], source: Any) -> None:
    """Make what stands under some keys the same as in another document."""
    for key in keys:
        source = source.get(key) if isinstance(source, dict) else None
    *path, last = keys
    trail = [table]
    for key in path:
        inner = trail[-1].setdefault(key, {})
        if not isinstance(inner, dict):
            if source is None:
                return
            inner = trail[-1][key] = {}
        trail.append(inner)
    if source is not None:
        trail[-1][last] = source
        return
    trail[-1].pop(last, None)
    for key, outer in zip(reversed(path), reversed(trail[:-1]), strict=True):
        if not outer[key]:
            del outer[key]


def _config(base: bytes, now: bytes) -> bytes | None:
    """Return setup.cfg with the base's sections of runners; None if it has them."""
    theirs, mine = _sections(base) or {}, _sections(now)
    if mine is None:
        return base
    wanted = {name: body for name, body in mine.items() if not _is_of_runner(name)}
    wanted |= {name: body for name, body in theirs.items() if _is_of_runner(name)}
    if wanted == mine:
        return None
    merged = _with_blocks(base, now, _is_of_runner)
    return merged if _sections(merged) == wanted else base


def _is_of_runner(name: str) -> bool:
    return re.fullmatch(_CFG_SECTION, name) is not None


def _sections(data: bytes) -> dict[str, dict[str, str]] | None:
    import configparser

    parser = configparser.RawConfigParser(strict=False, default_section="")
    try:
        parser.read_string(data.decode("utf-8-sig"))
    except (ValueError, configparser.Error):
        return None
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _with_blocks(base: bytes, now: bytes, is_pinned: Callable[[str], bool]) -> bytes:
    """Return a text without its pinned blocks, and with those of the base after it."""
    blocks = [block for name, block in _blocks(now) if not is_pinned(name)]
    blocks += [block for name, block in _blocks(base) if is_pinned(name)]
    lines = "\n".join(block.rstrip("\n") + "\n" for block in blocks if block.strip())
    return lines.encode("utf-8", "surrogateescape")


def _blocks(data: bytes) -> list[tuple[str, str]]:
    """Return the parts of a text that begin with `[name]`; the first has no name."""
    text = data.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n")
    heads = list(re.finditer(_HEADER, text, re.MULTILINE))
    ends = [*(head.start() for head in heads), len(text)]
    names = [re.sub(r"[\s\"']", "", head[1]) for head in heads]
    blocks = [("", text[: ends[0]])]
    return blocks + [
        (name, text[start:end]) for name, start, end in zip(names, ends, ends[1:], strict=False)
    ]


_MERGED: dict[str, Callable[[bytes, bytes], bytes | None]] = {
    "package.json": _package,
    "pyproject.toml": _project,
    "setup.cfg": _config,
}

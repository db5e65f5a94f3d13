"""The document as an agent reads it: what it needs next, cut to a size; `--all` prints the whole.

What is cut has its true number beside it, as NAME_total. A rejected report keeps its problems as
they are: the agent repairs from them alone.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.contract import escape_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LISTED = 5
# Characters of an accepted report's document, and of phase 1's without the task: under 500 and
# 700 tokens. Paths and ids count; those of a very long root alone may take more.
MOST = {"setup": 2_792, "output": 1_992, "run": 1_992}
_TEXT = 240
_WORD = 400  # a path is whole, or of no use
# Lists and tables that give way where the document is too long, in this order: first those that
# can be read elsewhere, last what the next step needs.
_BESIDE = (
    *("by_kind", "completion_criteria", "largest", "frameworks", "not_understood"),
    *("not_mentioned", "files_modified", "files_examined"),
)
_NEEDED = (
    *("files", "recommendations", "key_findings", "proofs", "next_actions", "requires"),
    *("handoffs", "not_examined", "escalations", "critical_issues", "needs_approval", "problems"),
)
# Lists of which one row is always kept, in some phases: who reads no warning thinks that there is
# none, and a run by rule says in its first action what it did not do.
_ONE_AT_LEAST = {
    "problems": frozenset(("setup", "output", "run")),
    "next_actions": frozenset(("run",)),
}
# How many rows of those beside and of the others, and how many characters of a text.
_ROUNDS = ((3, 5, 160), (1, 3, 120), (0, 2, 100), (0, 1, 80), (0, 0, 60))
_WORKED_FROM = frozenset(f"{n}_total" for n in ("requires", "handoffs", "escalations", "proofs"))
_WAY_OUT = "Lists with a NAME_total are cut: the same --setup with --session and --all has all."
# As long as there is room: absolute; and what the untouched notes say, too.
_NEAR_AT_LAST = frozenset(("schema_file",))
_OUT_AT_LAST = frozenset(
    "map_file model_reason not_mentioned not_mentioned_total tree frameworks largest".split()
)
_ONLY_COUNTED = frozenset(("not_mentioned", "largest", "frameworks"))  # where no row is shown
_TABLES = frozenset(("by_kind", "frameworks"))  # of a name each, cut as lists are
# Literal commands, ids and what was asked for by an option of its own stay as they are.
_WHOLE = frozenset(("next_actions", "costs"))
# What says nothing when it is empty.
_SELDOM = (
    *("held_back", "normalised_total", "normalised", "silenced_total", "silenced", "silenced_by"),
    "silenced_in_vain",
)
# Of an accepted report: below `session_path`, where phase 1 said they are.
_KNOWN_FILES = frozenset(("notes_file", "json_file", "claims_file", "problems_file", "judged"))


class _Limits(NamedTuple):
    """How long a list may be, by its name or else `others`, and a text in one."""

    lists: Mapping[str, int]
    others: int
    text: int | None
    root: str | None = None
    whole: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    out: frozenset[str] = frozenset()

    def of(self, name: str) -> int | None:
        """How many rows of a list are shown, None for all."""
        return None if name in self.whole else self.lists.get(name, self.others)


def brief(document: dict[str, Any]) -> dict[str, Any]:
    """Return a phase's document for an agent; the fields are those of the whole one, in order.

    Where a phase is done it fits into MOST, with paths in lists relative to the root; else lists
    other than problems and actions are cut, and nothing more.
    """
    ordered = _ordered(document)
    if document["status"] != "completed":
        whole = _WHOLE | {"problems"}
        return _cut(ordered, _Limits({}, LISTED, None, whole=whole))
    most = MOST[document["phase"]] + _asked_for(document)
    limits = _limits(document)
    done = _done(ordered)
    made = _with_way_out(_cut(done, next(limits)), document)
    while len(packed(made)) > most and (tighter := next(limits, None)):
        made = _with_way_out(_cut(done, tighter), document)
    return made


def _with_way_out(made: dict[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """Say where the rest is of a list that is cut: what the work needs, and warnings."""
    config, actions = made["config"], made["next_actions"]
    if made["phase"] == "setup":
        cut = _WORKED_FROM & {*made, *made["dependencies"], *config}
        return {**made, "next_actions": [*actions, _WAY_OUT] if cut else actions}
    file = document["config"].get("problems_file")
    if file is None or len(made["problems"]) == made["problems_total"]:
        return made
    near = file.removeprefix(f"{config['project_root']}{os.sep}")
    return {**made, "config": {**config, "problems_file": near}}


def packed(document: Mapping[str, Any]) -> str:
    """Return a document as JSON, a field a line, without white space that says nothing."""
    lines = ",\n".join(f'"{name}":{_dense(value)}' for name, value in document.items())
    return escape_json(f"{{\n{lines}\n}}\n")


def _dense(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _asked_for(document: Mapping[str, Any]) -> int:
    """Return the characters of what the caller gave or asked for: they are beside the limit."""
    parts = [document["config"].get("queen_prompt"), (document["scores"] or {}).get("costs")]
    return sum(len(_dense(part)) for part in parts if part)


def _limits(document: Mapping[str, Any]) -> Iterator[_Limits]:
    """Yield limits, each tighter than the one before: one list after another gives way."""
    whole = _WHOLE if document["phase"] == "setup" else _WHOLE - {"next_actions"}
    root = document["config"].get("project_root")
    made = _Limits({}, LISTED, _TEXT, root, whole)
    yield made
    for beside, needed, characters in _ROUNDS:
        rows = dict.fromkeys(_BESIDE, beside) | dict.fromkeys(_NEEDED, needed)
        for name, most in rows.items():
            least = document["phase"] in _ONE_AT_LEAST.get(name, ())
            made = made._replace(lists={**made.lists, name: max(most, int(least))})
            yield made
        made = made._replace(others=beside, text=characters)
        yield made
    made = made._replace(near=_NEAR_AT_LAST, out=_OUT_AT_LAST)
    yield made
    if document["phase"] != "setup":  # which gave it whole
        yield made._replace(near=_NEAR_AT_LAST | {"session_path"})


def _ordered(document: dict[str, Any]) -> dict[str, Any]:
    """Put first what is open in lists that are cut: criteria not met, claims not decided."""
    made = dict(document)
    if criteria := document["completion_criteria"]:
        made["completion_criteria"] = sorted(criteria, key=lambda row: row["status"] == "met")
    if claims := document["claims"]:
        kinds = sorted(claims["by_kind"].items(), key=_open_first)
        counts = {kind: {n: count for n, count in row.items() if count} for kind, row in kinds}
        made["claims"] = {**claims, "by_kind": counts}
    return made


def _open_first(kind: tuple[str, Mapping[str, int]]) -> tuple[int, int, int]:
    counts = kind[1]
    return -counts["refuted"], -counts["undecided"], -counts["confirmed"]


def _done(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what nobody needs who is done, or has only begun: empty notes, known files."""
    made = {n: item for n, item in document.items() if item or n not in _SELDOM}
    if rows := made.get("completion_criteria"):
        made["completion_criteria"] = [
            {n: item for n, item in row.items() if item is not None} for row in rows
        ]
    if coverage := document["coverage"]:
        made["coverage"] = {n: _part(item) for n, item in coverage.items() if n != "blocks"}
    if scores := document["scores"]:  # what follows from two others of them
        made["scores"] = {n: item for n, item in scores.items() if n != "claimed_minus_computed"}
    return {**made, "config": _config(document["config"], document["phase"])}


def _config(whole: Mapping[str, Any], phase: str) -> dict[str, Any]:
    """Leave out the names of files that phase 1 gave."""
    known = frozenset() if phase == "setup" else _KNOWN_FILES
    return {name: item for name, item in whole.items() if name not in known}


def _part(item: Any) -> Any:
    """Leave out how much of a part is not mentioned, where all of that is listed."""
    if not isinstance(item, dict) or len(item["not_mentioned"]) < item["not_mentioned_total"]:
        return item
    return {name: value for name, value in item.items() if name != "not_mentioned_total"}


def _cut(document: dict[str, Any], limits: _Limits) -> dict[str, Any]:
    """Return a document within limits; what it says outright, beside lists, is never cut."""
    made: dict[str, Any] = {}
    for name, item in _listed(document, limits).items():
        made[name] = item
        if name == "config":
            plain = {n for n, value in item.items() if isinstance(value, str)}
            plain = (plain | {"template_files_created", "template_files_kept"}) - limits.near
            made[name] = _rows(item, limits._replace(whole=limits.whole | plain))
            if limits.near and (files := item.get("template_files_kept")):
                made[name]["template_files_kept"] = [one.rsplit("/", 1)[-1] for one in files]
        elif isinstance(item, dict | list) and name not in limits.whole:
            made[name] = _shown(item, limits)
    if limits.near:
        made["problems"] = [_nearest(row) for row in made["problems"]]
    return made


def _nearest(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a problem is, and in which file by its name alone: no two are alike there."""
    file = row["file"] and row["file"].rsplit("/", 1)[-1]
    return {**{name: row[name] for name in ("code", "severity", "message")}, "file": file}


def _rows(fields: Mapping[str, Any], limits: _Limits) -> dict[str, Any]:
    """Return the fields of a row, or of a part of the document, within limits."""
    listed = _listed(fields, limits)
    return {n: v if n in limits.whole else _shown(v, limits) for n, v in listed.items()}


def _listed(fields: Mapping[str, Any], limits: _Limits) -> dict[str, Any]:
    """Return fields with their lists cut, and beside each that was how long it is."""
    made: dict[str, Any] = {}
    for name, item in fields.items():
        most, total = limits.of(name), f"{name}_total"
        if name in limits.out:
            continue
        if item and most == 0 and name in _ONLY_COUNTED:
            made[total] = fields.get(total, len(item))
            continue
        made[name] = item
        if most is None or not (isinstance(item, list) or name in _TABLES):
            continue
        made[name] = item[:most] if isinstance(item, list) else dict([*item.items()][:most])
        if len(item) > most and total not in fields:
            made[total] = len(item)
    return made


def _shown(value: Any, limits: _Limits) -> Any:
    """Return a value with all that is in it within limits, its paths from the root on."""
    if isinstance(value, dict):
        return _rows(value, limits)
    if isinstance(value, list):
        return [_shown(one, limits) for one in value]
    if not isinstance(value, str):
        return value
    near = value.removeprefix(f"{limits.root}{os.sep}") if limits.root else value
    if limits.text is None or len(near) <= (limits.text if " " in near else _WORD):
        return near
    return f"{near[: limits.text].rstrip()}..."

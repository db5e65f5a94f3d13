"""Follows hints literally, as an agent without a thought of its own would: the text, no more."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.kit import BACKEND
from tests.planting import FILES
from workers.deliverables import profile_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workers.contract import Problem

    Action = Callable[["Files", Problem, re.Match[str]], None]

LABELS = {row.key: row.label for row in profile_of(BACKEND).score_rows}
STATISTICS = {listed.key: listed.statistic or listed.key for listed in profile_of(BACKEND).lists}


class Files:
    """The two files as they are mended: places are found before anything moves."""

    def __init__(self, root: Path, problems: Sequence[Problem]) -> None:
        self.root = root
        self.files = [root.parent / name for name in FILES]
        self.lines = [[line] for line in self.files[0].read_text("utf-8").split("\n")]
        self.data = json.loads(self.files[1].read_text("utf-8"))
        self.at = {id(problem): self._found(problem) for problem in problems}

    def _found(self, problem: Problem) -> tuple[Any, Any, list[str] | None]:
        """Return the holder and key of a place in the JSON, or the line of one in the notes."""
        place = problem.places[0]
        if place.pointer is None:
            return None, None, self.lines[place.line - 1] if place.line else None
        holder, key = None, None
        value = self.data
        for part in place.pointer.split("/")[1:]:
            holder, key = value, int(part) if isinstance(value, list) else part
            value = value[key] if not isinstance(value, dict) or key in value else None
        return holder, key if not isinstance(holder, list) else value, None

    def put(self, problem: Problem, value: Any) -> None:
        """Write a value where a problem is in the JSON."""
        holder, key, _ = self.at[id(problem)]
        if isinstance(holder, list):
            holder[next(n for n, one in enumerate(holder) if one is key)] = value
        else:
            holder[key] = value

    def remove(self, problem: Problem) -> None:
        """Remove what is where a problem is, and what only stands there because of it."""
        holder, key, _ = self.at[id(problem)]
        if isinstance(holder, list):
            holder[:] = [one for one in holder if one is not key]
        else:
            holder.pop(key, None)

    def value(self, problem: Problem) -> Any:
        holder, key, _ = self.at[id(problem)]
        return key if isinstance(holder, list) else holder.get(key)

    def line(self, problem: Problem, old: str, new: str) -> None:
        """Replace a text in the line of a problem."""
        cell = self.at[id(problem)][2]
        assert cell is not None
        cell[0] = re.sub(old, lambda _: new, cell[0])

    def entry(self, problem: Problem) -> tuple[list[Any], dict[str, Any], str]:
        """Return the list, the entry and the list's key that a pointer goes through."""
        name, position = (problem.places[0].pointer or "").split("/")[1:3]
        return self.data[name], self.data[name][int(position)], name

    def rows(self, label: str) -> list[list[str]]:
        return [cell for cell in self.lines if re.match(rf"\|\s*{label}\s*\|", cell[0])]

    def score(self, key: str, value: float) -> None:
        self.data["scores"][key] = value
        for cell in self.rows(LABELS[key]):
            cell[0] = f"| {LABELS[key]} | {value:g} |"

    def section(self, cell: list[str]) -> list[list[str]]:
        """Return the lines from a heading to the next one of its level or above."""
        start = next(n for n, one in enumerate(self.lines) if one is cell)
        level = len(cell[0]) - len(cell[0].lstrip("#"))
        below = [cell]
        for one in self.lines[start + 1 :]:
            if re.match(rf"#{{1,{level}}} ", one[0]):
                break
            below.append(one)
        return below

    def drop_section(self, cell: list[str]) -> None:
        gone = {id(one) for one in self.section(cell)}
        self.lines = [one for one in self.lines if id(one) not in gone]

    def heading(self, title: str) -> list[str]:
        return next(one for one in self.lines if one[0].startswith(title))

    def add_finding(self, finding: dict[str, Any]) -> None:
        cited = finding["evidence"][0]
        self.heading("## Findings")[0] += (
            f"\n\n### {finding['id']}: {finding['title']}\n\n**What:** {finding['description']}\n"
            f"Evidence: `{cited['file']}:{cited['line']}`\n"
            f"**Recommendation:** {finding['recommendation']}\n"
            f"**Effort:** {finding['effort_estimate']}\n**Validation:** {finding['validation']}\n"
        )

    def write(self) -> None:
        self.files[0].write_text("\n".join(cell[0] for cell in self.lines), "utf-8")
        self.files[1].write_text(json.dumps(self.data, indent=2), "utf-8")


def _cap(files: Files, problem: Problem, match: re.Match[str]) -> None:
    files.score((problem.places[0].pointer or "").split("/")[-1], float(match[1]))
    if match[2]:
        files.score("overall_score", float(match[2]))


def _overall(files: Files, _: Problem, match: re.Match[str]) -> None:
    files.score("overall_score", float(match[1]))


def _row(files: Files, _: Problem, match: re.Match[str]) -> None:
    rows = files.rows(match[1])
    for cell in rows[1:]:
        files.lines = [one for one in files.lines if one is not cell]
    if rows:
        rows[0][0] = f"| {match[1]} | {match[2]} |"
    else:
        files.heading("|---|")[0] += f"\n| {match[1]} | {match[2]} |"


def _count_of_files(files: Files, _: Problem, match: re.Match[str]) -> None:
    table = next(n for n, one in enumerate(files.lines) if re.match(r"\|\s*Overall", one[0]))
    files.lines = [one for one in files.lines if not one[0].startswith("Files analyzed")]
    files.lines[table][0] += f"\n\nFiles analyzed: {match[1]}\n"


def _malformed(files: Files, problem: Problem, match: re.Match[str]) -> None:
    files.line(problem, r"#+ \S+?:?(?= |$)", f"### {match[1]}:")


def _in_json_only(files: Files, problem: Problem, match: re.Match[str]) -> None:
    if problem.code == "C02":
        files.put(problem, match[1])
    finding = next(one for one in files.data["findings"] if one["id"] == match[1])
    files.add_finding(finding)


def _wherever(files: Files, _: Problem, match: re.Match[str]) -> None:
    for cell in files.lines:
        cell[0] = cell[0].replace(match[2], match[1])


def _drop_heading(files: Files, problem: Problem, _: re.Match[str]) -> None:
    cell = files.at[id(problem)][2]
    assert cell is not None
    files.drop_section(cell)


def _word(files: Files, problem: Problem, match: re.Match[str]) -> None:
    files.put(problem, match[1])


def _number(files: Files, problem: Problem, match: re.Match[str]) -> None:
    files.put(problem, int(match[1]))


def _listed_twice(files: Files, problem: Problem, _: re.Match[str]) -> None:
    name = (problem.places[0].pointer or "").split("/")[1]
    files.remove(problem)
    if name in STATISTICS:
        files.data["statistics"][STATISTICS[name]] -= 1
    else:
        for cell in files.lines:
            if cell[0].startswith("Files analyzed"):
                number = len(files.data["analysis_metadata"]["files_analyzed"])
                cell[0] = f"Files analyzed: {number}"


def _entry_removed(files: Files, problem: Problem, _: re.Match[str]) -> None:
    rows, entry, name = files.entry(problem)
    rows[:] = [row for row in rows if row is not entry]
    if name in STATISTICS:
        files.data["statistics"][STATISTICS[name]] = len(rows)
    described = [
        one
        for one in files.lines
        if re.match(rf"TABLE: {entry.get('table_name')}\b", one[0])
        or one[0].startswith(f"ENDPOINT: {entry.get('method')} {entry.get('path')}")
    ]
    for cell in described:
        start = next(n for n, one in enumerate(files.lines) if one is cell)
        end = next(n for n in range(start, len(files.lines)) if not files.lines[n][0].strip())
        files.lines[start:end] = []


def _part_removed(files: Files, problem: Problem, _: re.Match[str]) -> None:
    entry = files.entry(problem)[1]
    kind, position = (problem.places[0].pointer or "").split("/")[4:6]
    del entry["schema"][kind][int(position)]


def _renamed(files: Files, problem: Problem, match: re.Match[str]) -> None:
    holder, key, _ = files.at[id(problem)]
    holder[match[1]] = holder.pop(key)


def _other_path(files: Files, problem: Problem, match: re.Match[str]) -> None:
    wrong = re.match(r"`(.*?)`", problem.message)
    assert wrong is not None
    if problem.places[0].pointer is None:
        files.line(problem, re.escape(wrong[1]), match[1])
    elif isinstance(files.value(problem), dict):
        files.value(problem)["file"] = match[1]
    else:
        files.put(problem, match[1])


def _cited(files: Files, problem: Problem, match: re.Match[str]) -> None:
    files.line(problem, r"`.*`", f"`{match[1]}`")


def _line(files: Files, problem: Problem, match: re.Match[str]) -> None:
    item = files.value(problem)
    item["line"] = int(match[1])
    if match[2]:
        item["end_line"] = int(match[2])
    if "remove" in problem.hint:
        item.pop("end_line", None)


def _path_written(files: Files, problem: Problem, match: re.Match[str]) -> None:
    entry = files.entry(problem)[1]
    old = f"{entry['method']} {entry['path']}"
    entry["method"] = match[1] or entry["method"]
    entry["path"] = ast.literal_eval(match[2])
    for cell in files.lines:
        if cell[0].strip() == f"ENDPOINT: {old}":
            cell[0] = f"ENDPOINT: {entry['method']} {entry['path']}"


def _value(files: Files, problem: Problem, match: re.Match[str]) -> None:
    constants = {"true": True, "false": False, "null": None}
    literal = match[1] in constants
    files.put(problem, constants[match[1]] if literal else ast.literal_eval(match[1]))


CLAUSES = {
    "NULL": r"(?<!NOT )NULL(?:ABLE)?",
    "NOT": r"NOT\s+NULL",
    "REFERENCES": r"REFERENCES\s+[\w.]+(?:\s*\([^)]*\))?",
    "DEFAULT": r"DEFAULT\s+\S+",
    "PRIMARY": r"PRIMARY\s+KEY",
    "UNIQUE": "UNIQUE",
}


def _clause(files: Files, problem: Problem, match: re.Match[str]) -> None:
    """Replace a clause of the constraints, or leave it out."""
    old, new = match["old"], match["new"] or ""
    value = files.value(problem)
    texts = value if isinstance(value, list) else [value]
    made = [re.sub(CLAUSES[old.split()[0]], new, text, flags=re.IGNORECASE) for text in texts]
    kept = [text for text in made if text.strip(" ,;")]
    if kept:
        files.put(problem, kept if isinstance(value, list) else kept[0])
    else:
        files.remove(problem)


def _relation(files: Files, problem: Problem, match: re.Match[str]) -> None:
    table, _, column = match[1].rpartition(".")
    files.line(problem, r"-> \w+\(\w+\)", f"-> {table}({column})")


def _evidence_line(files: Files, problem: Problem, match: re.Match[str]) -> None:
    files.line(problem, ".*", match[1])


def _span(files: Files, problem: Problem, match: re.Match[str]) -> None:
    files.line(problem, r"`[^`]*:\d+[,; ][^`]*`", match[1])


def _upwards(files: Files, problem: Problem, match: re.Match[str]) -> None:
    files.line(problem, r"\d+-\d+", match[1])


def _named_in_action(files: Files, problem: Problem, _: re.Match[str]) -> None:
    finding = files.entry(problem)[1]
    files.data["priority_actions"][0]["finding_ids"].append(finding["id"])


def _comment(files: Files, _: Problem, __: re.Match[str]) -> None:
    start = next(n for n, one in enumerate(files.lines) if "<!-- FORMS" in one[0])
    end = next(n for n, one in enumerate(files.lines) if n >= start and "-->" in one[0])
    files.lines[start : end + 1] = []


def _heading_there(files: Files, _: Problem, match: re.Match[str]) -> None:
    number, title = (match[1], match[2])
    files.lines[int(number) - 1][0] = title


def _heading_added(files: Files, _: Problem, match: re.Match[str]) -> None:
    files.lines.append([f"\n{match[1]}\n\nNot applicable: nothing is urgent\n"])


def _title(files: Files, _: Problem, match: re.Match[str]) -> None:
    files.lines.insert(0, [f"{match[1]}\n"])


def _claimed(files: Files, problem: Problem, match: re.Match[str]) -> None:
    entry = files.entry(problem)[1]
    entry.update(json.loads(f"{{{match[1]}}}"))


def _files_added(files: Files, problem: Problem, _: re.Match[str]) -> None:
    listed = files.data["analysis_metadata"]["files_analyzed"]
    listed += [f"{files.root}/{name}" for name in problem.message.split(": ")[1].split(", ")]
    for cell in files.lines:
        if cell[0].startswith("Files analyzed"):
            cell[0] = f"Files analyzed: {len(listed)}"


def _key_removed(files: Files, problem: Problem, _: re.Match[str]) -> None:
    files.remove(problem)


# The codes and the hint -> what it says. A hint that is none of these asks for what only somebody
# who read the code can write.
ACTIONS: tuple[tuple[str, str, Action], ...] = (
    ("C01 K06", r"Write (\d+)\.", _number),
    ("C02 J12", r"Write ([\w/{}.-]*[\w}])(?:\.|, (?:which|as)).*", _word),
    ("C02 C06", r"(?:Write \S+, and add|Add) `### (\S+): title`.*", _in_json_only),
    ("C02 C07", r"Keep one heading.*|.*drop it from the notes\.", _drop_heading),
    ("C03", r"Write severity (\w+).*", _word),
    ("C04", r"Write ([\d.]+), in JSON and notes\.", _overall),
    ("C05 J11", r"Write at most (\d+)(?:.*then ([\d.]+),)?.*", _cap),
    ("C08", r"Write (\S+) wherever the notes say (\S+)\.", _wherever),
    ("C09 S12", r"Write `\| (.+?) \| ([\d.]+) \|`.*", _row),
    ("C10 S13", r"Write `Files analyzed: (\d+)`.*", _count_of_files),
    ("C11", r"Name one of: (\S+?)[,.].*", _word),
    ("C12 C17", r"Write (.*)\.", _word),
    ("C13", r"Write the time of the work, (\S+) or later\.", _word),
    ("C14", r"Write `### (\S+): title`.*", _malformed),
    ("C15", r"Add their absolute paths.*", _files_added),
    ("C16", r"Name it in the finding_ids.*", _named_in_action),
    ("C18", r"Keep one, and correct the count\.", _listed_twice),
    ("C20", r"Did you mean '(.*)'\?", _word),
    ("E01", r"Did you mean `(.*?)`\?.*", _other_path),
    ("E01", r"Remove it, and correct the count\.", _listed_twice),
    ("E04", r"Write the lower line first: (\d+-\d+)\.", _upwards),
    ("E06", r"It is at line \S+: cite `(.*)`\.", _cited),
    ("E06", r'It is at .*write "line": (\d+)(?:, "end_line": (\d+))?.*', _line),
    ("E07", r"Write (Evidence: `[^`]+:\d.*)\.", _evidence_line),
    ("E10", r"Write `(.*)`\.", _word),
    ("E13", r"Write (`[^`]+:\d.*); two places are two citations\.", _span),
    ("E15", r'.*add ("claims": \[.*\]) to the finding\.', _claimed),
    ("J06", r"Did you mean `(.*)`\?", _renamed),
    ("J09", r"Write one of: (\w+).*", _word),
    ("J10", r".*or remove the key\.", _key_removed),
    ("J12", r"Write a time like (\S+)\.", _word),
    ("K01", r"Write (\w+), or cite.*", _word),
    ("K02 K03 K19", r"Write (?:([A-Z]+) )?('[^']*'|\"[^\"]*\").*", _path_written),
    ("K10", r"Write (.+), as .* declares it\.", _value),
    ("K10", r"In the notes: write '(.+)', as .*", _relation),
    (
        "K10",
        r"In `constraints`, (?:leave|write `(?P<new>.+)` for) `(?P<old>.+)`(?: out)?, as .*",
        _clause,
    ),
    ("K02 K05 K08 E15", r".*or drop .* in JSON and notes and count again\.", _entry_removed),
    ("K09 K11 K12", r".*or remove it\.", _part_removed),
    ("S05", r"Delete it, from .*", _comment),
    ("S07", r".*\bat line (\d+).* `(## .*)`\.", _heading_there),
    ("S07", r"Add `(## .*)`, with its text.*", _heading_added),
    ("S09", r".*remove the heading\.", _drop_heading),
    ("S11", r"Begin with `(# .*)`\.", _title),
    ("D12", r"Answer one of (\d+).*", _number),
)


def action_for(problem: Problem) -> tuple[Action, re.Match[str]] | None:
    """Return what a hint says literally, None where it needs somebody who knows the code."""
    for codes, form, action in ACTIONS:
        match = re.fullmatch(form, problem.hint) if problem.code in codes.split() else None
        if match is not None:
            return action, match
    return None


def follow(root: Path, problems: Sequence[Problem]) -> list[Problem]:
    """Follow the literal hints of problems, in their order; returns those that have one."""
    literal = [(problem, action_for(problem)) for problem in problems]
    files = Files(root, [problem for problem, action in literal if action])
    for problem, action in literal:
        if action is not None:
            action[0](files, problem, action[1])
    files.write()
    return [problem for problem, action in literal if action]

"""Names of indexes that nobody named: Rails renames them with their tables and columns."""

from __future__ import annotations

from typing import Any

Step = dict[str, Any]
Names = dict[str, list[str]]  # the name of an index -> its columns


def default_name(table: str, columns: list[str]) -> str:
    """Return what Rails calls an index that has no name."""
    return f"index_{table}_on_{'_and_'.join(columns)}"


class IndexNames:
    """Follows the indexes of each table through a history."""

    def __init__(self) -> None:
        """Start without tables."""
        self.tables: dict[str, Names] = {}

    def followed(self, steps: list[Step]) -> list[Step]:
        """Return steps with those that rename the indexes of what is renamed."""
        listed: list[Step] = []
        for step in steps:
            listed += [step, *self._renamed(step)]
        return listed

    def _renamed(self, step: Step) -> list[Step]:
        kind, table = step["do"], str(step.get("table") or "")
        own = self.tables.setdefault(table, {})
        if kind == "create":
            self.tables[table] = {str(one["name"]): one["columns"] for one in step["indexes"]}
        elif kind == "add_index":
            own[str(step["index"]["name"])] = step["index"]["columns"]
        elif kind == "drop_index":
            own.pop(str(step["name"]), None)
        elif kind == "rename_index" and step["name"] in own:
            own[step["to"]] = own.pop(step["name"])
        elif kind == "rename":
            self.tables[step["to"]] = {}
            return self._moved(table, step["to"], {})
        elif kind == "rename_column":
            return self._moved(table, table, {step["name"]: step["to"]})
        return []

    def _moved(self, table: str, to: str, renamed: dict[str, str]) -> list[Step]:
        """Return the steps that rename the indexes that Rails named after a table and columns."""
        steps: list[Step] = []
        following: Names = {}
        for name, columns in self.tables.pop(table, {}).items():
            others = [renamed.get(column, column) for column in columns]
            new = default_name(to, others) if name == default_name(table, columns) else name
            following[new] = others
            if new != name:
                steps.append({"do": "rename_index", "table": to, "name": name, "to": new})
        self.tables[to] = following
        return steps

"""What the engine stores of arguments, results and errors: JSON, which any version reads.

The default of DBOS is pickle, and each row of its tables says by itself how to read it: whoever
could write into the database could run code here. So what calls itself a pickle is refused.
"""

from __future__ import annotations

import json
from typing import Any

from dbos import Serializer
from dbos import _serialization as of_dbos


class JsonSerializer(Serializer):
    """Plain values as they are; an error as its type and its words."""

    def name(self) -> str:
        """Return what the engine records as the form of a value."""
        return "waggle_json"

    def serialize(self, data: Any) -> str:
        """Return a value as JSON."""
        return json.dumps(data, default=_plain, separators=(",", ":"))

    def deserialize(self, serialized_data: str | None) -> Any:
        """Return a stored value; an error comes back as a RuntimeError with its words."""
        value = None if serialized_data is None else json.loads(serialized_data)
        if isinstance(value, dict) and value.keys() == {"error", "says"}:
            return RuntimeError(f"{value['error']}: {value['says']}")
        return value


def refuse_pickles() -> None:
    """Let the engine unpickle nothing in this process; what it is given then is a ValueError."""
    of_dbos.DefaultSerializer.deserialize = _refused  # type: ignore[method-assign, assignment]


def _refused(*_arguments: object) -> Any:
    raise ValueError("a value of the database is a pickle, and none of ours")


def _plain(value: Any) -> Any:
    if isinstance(value, BaseException):
        return {"error": type(value).__name__, "says": str(value)}
    raise TypeError(f"the engine stores plain values, not {type(value).__name__}")

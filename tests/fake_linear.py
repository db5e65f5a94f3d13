"""Linear on the loopback, as far as publishing asks it: a comment has one id, a limit is a 400."""

from __future__ import annotations

import re
import threading
from typing import Any

from tests.fake_github import Fault

TEAM = "9cfb482a-81e3-4154-b5b9-2c805e70a02d"
ISSUE = "2174add1-f7c8-44e3-bbf3-2d60b5ea8bc9"
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
STATES = (
    ("backlog", "Backlog", 0),
    ("unstarted", "Todo", 1),
    ("started", "In Review", 3),
    ("started", "In Progress", 2),
    ("completed", "Done", 4),
    ("canceled", "Canceled", 5),
    ("triage", "Triage", 6),
)


def refusal(message: str, code: str = "INPUT_ERROR", kind: str = "invalid input") -> dict[str, Any]:
    """Return an error as Linear writes it."""
    about = {"type": kind, "code": code, "userPresentableMessage": f"{message}.", "userError": True}
    return {"message": message, "path": ["x"], "extensions": about}


class FakeLinear:
    """What it has, what it was asked, and what goes wrong next."""

    def __init__(self) -> None:
        self.url = ""
        self.comments: dict[str, dict[str, Any]] = {}
        self.states = {
            name: {"id": name, "name": name, "type": kind, "position": at}
            for kind, name, at in STATES
        }
        self.state = "Todo"
        self.is_me = True
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str, Any]] = []
        self.tokens: set[str] = set()
        self._lock = threading.RLock()

    def operations(self) -> list[str]:
        """Return what was asked, in order."""
        return [_name(body["query"]) for _, _, body in self.requests]

    def fault(self, _method: str, _path: str) -> Fault | None:
        """Return what goes wrong: the part of a fault is the name of an operation here."""
        with self._lock:
            for fault in self.faults:
                if fault.part == self.operations()[-1]:
                    self.faults.remove(fault)
                    return fault
        return None

    def answer(self, _method: str, _path: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        with self._lock:
            name = _name(body["query"])
            try:
                data = getattr(self, f"_{name}")(**body["variables"])
            except LookupError as error:
                return 200, {"data": None, "errors": [refusal(str(error.args[0]))]}, {}
            return 200, {"data": {name: data}}, {}

    def _issue(self, id: str) -> Any:  # noqa: A002 - Linear's name
        if id not in {ISSUE, "LIN-123"}:
            raise LookupError("Entity not found: Issue")
        url = "https://linear.app/acme/issue/LIN-123"
        names = {"id": ISSUE, "identifier": "LIN-123", "url": url}
        return {**names, "state": self.states[self.state], "team": {"id": TEAM}}

    def _comment(self, id: str) -> Any:  # noqa: A002
        if id not in self.comments:
            raise LookupError("Entity not found: Comment")
        return {**self.comments[id], "user": {"isMe": self.is_me}}

    def _commentCreate(self, input: dict[str, str]) -> Any:  # noqa: A002, N802
        if input["id"] in self.comments:
            raise LookupError("Entity with this id already exists")
        assert input["issueId"] == ISSUE
        assert re.fullmatch(
            r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", input["id"]
        )
        url = f"https://linear.app/acme/issue/LIN-123#comment-{input['id'][:8]}"
        self.comments[input["id"]] = {"id": input["id"], "body": input["body"], "url": url}
        return {"success": True, "comment": self.comments[input["id"]]}

    def _commentUpdate(self, id: str, input: dict[str, str]) -> Any:  # noqa: A002, N802
        self.comments[id]["body"] = input["body"]
        return {"success": True, "comment": self.comments[id]}

    def _workflowStates(self, team: str) -> Any:  # noqa: N802
        assert team == TEAM
        return {"nodes": [*self.states.values()]}

    def _issueUpdate(self, id: str, input: dict[str, str]) -> Any:  # noqa: A002, N802
        assert id == ISSUE
        self.state = input["stateId"]
        return {"success": True, "issue": {"state": self.states[self.state]}}


def _name(query: str) -> str:
    match = re.search(r"\{ (\w+)\(", query)
    assert match, query
    return match[1]

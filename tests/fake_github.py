"""GitHub on the loopback, as far as publishing asks it: it keeps what it is sent, and fails on cue.

The shapes are those of its REST API; limits, cut connections and a second writer are faults that a
test lines up.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

ME = "github-actions[bot]"
HEAD = "89abcdef0123456789abcdef0123456789abcdef"
TOKEN = "ghs_CANARYcanaryCANARYcanary0123456789"  # noqa: S105 - nobody's
_REPOSITORY = "/repos/acme/orders"
_BODY_CHARACTERS = 65_536


class Fault(NamedTuple):
    """What happens to the next request of a method to a path that has a part.

    `status`: answered so, and not carried out. `cut`: carried out, and the answer ends in its
    middle. `lost`: carried out, and no answer comes. `refused`: neither. `before`: called first.
    """

    method: str
    part: str
    status: int = 0
    headers: dict[str, str] = {}  # noqa: RUF012 - never written
    body: Any = None
    cut: bool = False
    lost: bool = False
    refused: bool = False
    before: Callable[[], object] | None = None


class FakeGithub:
    """What it has, what it was asked, and what goes wrong next."""

    def __init__(self) -> None:
        self.url = ""
        self.comments: dict[int, dict[str, Any]] = {}
        self.runs: dict[int, dict[str, Any]] = {}
        self.statuses: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.forbidden: dict[str, str] = {}  # part of "METHOD path" -> what it says
        self.requests: list[tuple[str, str, Any]] = []
        self.tokens: set[str] = set()
        self.viewer: str | None = ME
        self.user: str | None = None
        self._next = 0
        self._lock = threading.RLock()

    def comment(self, body: str, login: str = ME, kind: str = "Bot") -> dict[str, Any]:
        """Add a comment, as somebody."""
        self._next += 1
        url = f"https://github.com/acme/orders/pull/12#issuecomment-{self._next}"
        user = {"login": login, "type": kind}
        made = {"id": self._next, "body": body, "user": user, "html_url": url}
        self.comments[self._next] = made
        return made

    def count(self, method: str, part: str = "") -> int:
        """Return how many requests of a method to a path that has a part there were."""
        return sum(how == method and part in path for how, path, _ in self.requests)

    def fault(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.method == method and fault.part in path:
                    self.faults.remove(fault)
                    return fault
        return None

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        """Carry a request out; returns status, JSON and headers."""
        with self._lock:
            for part, message in self.forbidden.items():
                if part in f"{method} {path}":
                    return 403, {"message": message}, {}
            parts = urlsplit(path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            for how, pattern, act in _ROUTES:
                match = re.fullmatch(pattern, parts.path)
                if how == method and match:
                    return act(self, query, body or {}, *match.groups())
            return 404, {"message": "Not Found"}, {}

    def page(self, path: str, rows: list[Any], query: dict[str, str]) -> dict[str, Any]:
        """Return a page of rows and the header that names the next one."""
        size, number = int(query.get("per_page", 30)), int(query.get("page", 1))
        shown = rows[(number - 1) * size : number * size]
        headers = {}
        if number * size < len(rows):
            words = "&".join(f"{name}={value}" for name, value in query.items() if name != "page")
            first = f'<{self.url}{path}?{words}&page=1>; rel="first"'
            headers["Link"] = f'{first}, <{self.url}{path}?{words}&page={number + 1}>; rel="next"'
        return {"rows": shown, "headers": headers}


Answer = tuple[int, Any, dict[str, str]]


def _list(api: FakeGithub, query: dict[str, str], _body: Any, number: str) -> Answer:
    page = api.page(f"{_REPOSITORY}/issues/{number}/comments", [*api.comments.values()], query)
    return 200, page["rows"], page["headers"]


def _create(api: FakeGithub, _query: Any, body: Any, _number: str) -> Answer:
    if len(body["body"]) > _BODY_CHARACTERS:
        return 422, {"message": "Body is too long (maximum is 65536 characters)"}, {}
    if api.viewer is None and api.user is not None:
        return 201, api.comment(body["body"], api.user, "User"), {}
    return 201, api.comment(body["body"]), {}


def _update(api: FakeGithub, _query: Any, body: Any, number: str) -> Answer:
    if int(number) not in api.comments:
        return 404, {"message": "Not Found"}, {}
    api.comments[int(number)]["body"] = body["body"]
    return 200, api.comments[int(number)], {}


def _delete(api: FakeGithub, _query: Any, _body: Any, number: str) -> Answer:
    gone = api.comments.pop(int(number), None)
    return (204, None, {}) if gone else (404, {"message": "Not Found"}, {})


def _make_run(api: FakeGithub, _query: Any, body: Any) -> Answer:
    api._next += 1
    run = {"id": api._next, "html_url": f"https://github.com/acme/orders/runs/{api._next}"}
    api.runs[api._next] = {**run, "annotations": [], "output": {"annotations_count": 0}}
    return 201, _write_run(api, api._next, body), {}


def _write_run(api: FakeGithub, number: int, body: Any) -> Any:
    run, output = api.runs[number], body.get("output", {})
    assert len(output.get("annotations", [])) <= 50
    run["annotations"] += output.get("annotations", [])  # they append
    run |= {name: value for name, value in body.items() if name != "output"}
    run["output"] = {**output, "annotations_count": len(run["annotations"])}
    run["output"].pop("annotations", None)
    return {name: value for name, value in run.items() if name != "annotations"}


def _change_run(api: FakeGithub, _query: Any, body: Any, number: str) -> Answer:
    return 200, _write_run(api, int(number), body), {}


def _one_run(api: FakeGithub, _query: Any, _body: Any, number: str) -> Answer:
    return 200, api.runs[int(number)], {}


def _list_runs(api: FakeGithub, query: dict[str, str], _body: Any, sha: str) -> Answer:
    rows = [
        run
        for run in reversed(api.runs.values())
        if run["head_sha"] == sha and run["name"] == query["check_name"]
    ]
    page = api.page(f"{_REPOSITORY}/commits/{sha}/check-runs", rows, query)
    return 200, {"total_count": len(rows), "check_runs": page["rows"]}, page["headers"]


def _make_status(api: FakeGithub, _query: Any, body: Any, sha: str) -> Answer:
    assert len(body["description"]) <= 140
    api.statuses.append({**body, "sha": sha})
    return 201, body, {}


def _list_statuses(api: FakeGithub, query: dict[str, str], _body: Any, sha: str) -> Answer:
    rows = [row for row in reversed(api.statuses) if row["sha"] == sha]
    page = api.page(f"{_REPOSITORY}/commits/{sha}/statuses", rows, query)
    return 200, page["rows"], page["headers"]


def _viewer(api: FakeGithub, _query: Any, _body: Any) -> Answer:
    viewer = {"login": api.viewer} if api.viewer else None
    return 200, {"data": {"viewer": viewer}}, {}


def _user(api: FakeGithub, _query: Any, _body: Any) -> Answer:
    if api.user is None:
        return 403, {"message": "Resource not accessible by integration"}, {}
    return 200, {"login": api.user, "type": "User"}, {}


def _pull(_api: FakeGithub, _query: Any, _body: Any, number: str) -> Answer:
    return 200, {"number": int(number), "head": {"sha": HEAD}}, {}


_ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("GET", rf"{_REPOSITORY}/issues/(\d+)/comments", _list),
    ("POST", rf"{_REPOSITORY}/issues/(\d+)/comments", _create),
    ("PATCH", rf"{_REPOSITORY}/issues/comments/(\d+)", _update),
    ("DELETE", rf"{_REPOSITORY}/issues/comments/(\d+)", _delete),
    ("POST", rf"{_REPOSITORY}/check-runs", _make_run),
    ("PATCH", rf"{_REPOSITORY}/check-runs/(\d+)", _change_run),
    ("GET", rf"{_REPOSITORY}/check-runs/(\d+)", _one_run),
    ("GET", rf"{_REPOSITORY}/commits/(\w+)/check-runs", _list_runs),
    ("POST", rf"{_REPOSITORY}/statuses/(\w+)", _make_status),
    ("GET", rf"{_REPOSITORY}/commits/(\w+)/statuses", _list_statuses),
    ("GET", rf"{_REPOSITORY}/pulls/(\d+)", _pull),
    ("POST", "/graphql", _viewer),
    ("GET", "/user", _user),
)


class Scripted(BaseHTTPRequestHandler):
    """Serves an API that answers by itself, and what goes wrong before, in and after it."""

    protocol_version = "HTTP/1.1"
    api: Any

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        length = int(self.headers["content-length"] or 0)
        data = self.rfile.read(length)
        body = json.loads(data) if data else None
        self.api.tokens.add(self.headers.get("authorization", ""))
        self.api.requests.append((self.command, self.path, body))
        fault = self.api.fault(self.command, self.path)
        if fault is not None and fault.before is not None:
            fault.before()
        if fault is not None and fault.refused:
            self._end()
            return
        if fault is not None and fault.status:
            self._send(fault.status, fault.body, fault.headers)
            return
        answer = self.api.answer(self.command, self.path, body)
        if fault is not None and fault.lost:
            self._end()
            return
        self._send(*answer, cut=fault is not None and fault.cut)

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - as http.server names it

    def _end(self) -> None:
        """End the connection at once, as a reset does."""
        option = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
        self.close_connection = True
        self.connection.close()

    def _send(self, status: int, body: Any, headers: dict[str, str], *, cut: bool = False) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if cut else data)
        if cut:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True


@contextmanager
def served(api: Any) -> Iterator[None]:
    """Serve an API on the loopback until the block ends."""

    class Served(Scripted):
        pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_arguments: object) -> None:
            """Say nothing of a connection that was ended on purpose."""

    Served.api = api
    server = Server(("127.0.0.1", 0), Served)
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.daemon = True
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()

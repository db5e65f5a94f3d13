"""`serve`: who may open the page, what it shows of sessions, and the one thing that it writes."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from sessions.events import Event
from tests.kit import CLI, SESSION, TASK, waggle
from tests.reports import false_line, false_path, judged
from tests.serving import (
    HOST,
    PORT,
    WORKER,
    Visitor,
    ask,
    begin,
    busy,
    logged,
    served,
    tell,
    visitor,
)
from workers.hive.coordination import TEXT_CHARACTERS
from workers.integrations.web import following, serving
from workers.integrations.web.access import access_to

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


pytestmark = pytest.mark.usefixtures("late_imports")

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'\u202egnol\u202c\x1b[31m{{ 7*7 }}"
)
ADDRESS = f"/sessions/{SESSION}"


@pytest.fixture
def asked(root: Path) -> Visitor:
    """Somebody who has opened the page of a repository with a worker at work."""
    begin(root, "orders")
    known = visitor(root)
    known.open()
    return known


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with an accepted report, which no test changes."""
    return judged(tmp_path_factory.mktemp("accepted"))


@pytest.fixture(scope="module")
def rejected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a rejected report, which no test changes."""
    return judged(tmp_path_factory.mktemp("rejected"), false_path, false_line)


# Who may open it


def test_nothing_is_shown_without_the_token(root: Path) -> None:
    begin(root, "orders")
    stranger = visitor(root).client
    for path in ("/", "/sessions/orders", "/events", "/nowhere", "/?t=", "/?t=wrong"):
        answer = stranger.get(path)
        assert answer.status_code == 403, path
        assert "orders" not in answer.text
        assert "set-cookie" not in answer.headers
    assert stranger.post("/sessions/orders/answers/B1").status_code == 403


def test_the_token_becomes_a_cookie_and_leaves_the_address(root: Path) -> None:
    begin(root, "orders")
    known = visitor(root)
    answer = known.client.get("/sessions/orders", params={"t": known.access.token, "status": "a b"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sessions/orders?status=a+b")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"waggle_{PORT}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {*re.split("; ", cookie)}
    assert known.access.token not in cookie
    assert known.page("/sessions/orders")


@pytest.mark.parametrize("path", ["//elsewhere.example/", "/\\elsewhere.example", "/\r\nX: y"])
def test_the_token_sends_nobody_elsewhere(root: Path, path: str) -> None:
    known = visitor(root)
    encoded = "".join(f"%{ord(char):02x}" for char in path)
    answer = known.client.get(f"http://{HOST}/{encoded[3:]}?t={known.access.token}")
    assert answer.status_code == 303
    assert re.fullmatch(r"/(?![/\\])[^\r\n]*", answer.headers["location"])


def test_the_cookie_is_of_one_root_and_port_and_outlives_a_start(tmp_path: Path) -> None:
    first, again = access_to(tmp_path, "127.0.0.1", 1), access_to(tmp_path, "127.0.0.1", 1)
    assert first.secret == again.secret
    assert first.token != again.token
    others = access_to(tmp_path, "127.0.0.1", 2), access_to(tmp_path / "b", "127.0.0.1", 1)
    assert all(other.secret != first.secret for other in others)
    assert others[0].cookie != first.cookie


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1.evil.example", "", "a b", "[::1"]
)
def test_another_host_name_is_refused(asked: Visitor, host: str) -> None:
    answer = asked.client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "orders" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9999", "[::1]:7733", "LOCALHOST:1"])
def test_names_of_this_machine_are_known(root: Path, host: str) -> None:
    access = access_to(root, "127.0.0.1", PORT)
    assert access.is_known_host(host)
    assert not access.is_known_host("192.0.2.7:7733")
    assert access_to(root, "0.0.0.0", PORT).is_known_host("192.0.2.7:7733")  # noqa: S104
    assert not access_to(root, "0.0.0.0", PORT).is_known_host("evil.example")  # noqa: S104


def test_every_answer_has_its_headers(asked: Visitor) -> None:
    nonces = []
    for path in ("/", "/sessions/orders", "/nowhere", f"/?t={asked.access.token}"):
        headers = asked.client.get(path).headers
        policy = dict(re.findall(r"([\w-]+) ([^;]+)", headers["content-security-policy"]))
        assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers
        nonces.append(policy["script-src"])
    assert len({*nonces}) == len(nonces)


class _Tags(HTMLParser):
    """What a page would load or run, and what its links lead to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))


def assert_runs_nothing_foreign(page: str, nonce: str) -> None:
    for tag, attributes in _Tags(page).tags:
        assert tag not in {"img", "iframe", "object", "base", "embed"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if tag in {"script", "style"}:
            assert attributes.get("nonce") == nonce
        link = attributes.get("href") or attributes.get("action") or "/"
        assert re.match(r"/(?!/)|#|data:image/svg", link), link


def test_the_nonce_is_that_of_the_page(asked: Visitor) -> None:
    answer = asked.client.get("/sessions/orders")
    (nonce,) = re.findall(r"script-src 'nonce-([^']+)'", answer.headers["content-security-policy"])
    assert_runs_nothing_foreign(answer.text, nonce)
    with pytest.raises(AssertionError):
        assert_runs_nothing_foreign("<script>1</script>", nonce)
    with pytest.raises(AssertionError):
        assert_runs_nothing_foreign('<p onclick="x">', nonce)


# What it shows


def test_sessions_are_listed_with_what_they_wait_for(asked: Visitor, root: Path) -> None:
    ask(root, "orders", "no schema")
    page = asked.page("/")
    assert 'href="/sessions/orders"' in page
    assert "1 answer wanted" in page
    assert "backend <small>blocked" in page
    assert "orders" in asked.page("/?status=waiting&text=BACKEND")
    assert 'href="/sessions/orders"' not in asked.page("/?status=completed")
    assert 'href="/sessions/orders"' not in asked.page("/?text=nothing+like+it")


def test_a_row_follows_its_log(asked: Visitor, root: Path) -> None:
    assert "1 answer wanted" not in asked.page("/")
    ask(root, "orders", "no schema")
    assert "1 answer wanted" in asked.page("/")


def test_no_session_at_all(root: Path) -> None:
    known = visitor(root)
    known.open()
    assert "There is no session here yet" in known.page("/")


@pytest.mark.parametrize("damage", ["log is a folder", "lines", "state", "empty"])
def test_a_damaged_session_hides_no_other(asked: Visitor, root: Path, damage: str) -> None:
    begin(root, "broken")
    folder = root / "Docs/hive-mind/sessions/broken"
    log, state = folder / "EVENTS.jsonl", folder / "STATE.json"
    if damage == "log is a folder":
        log.unlink()
        log.mkdir()
    elif damage == "lines":
        log.write_bytes(b"\xff\xfe not json\n" + log.read_bytes())
        state.unlink()
    elif damage == "state":
        state.write_text("{")
    else:
        log.unlink()
        state.unlink()
    page = asked.page("/")
    assert 'href="/sessions/orders"' in page
    assert 'href="/sessions/broken"' in page
    if damage == "log is a folder":
        assert ">damaged<" in page
        assert "doctor --session broken" in asked.page("/sessions/broken", 409)
    else:
        assert asked.page("/sessions/broken")


@pytest.mark.parametrize(
    "path",
    [
        "/sessions/nope",
        "/sessions/%2e%2e",
        "/sessions/..%2f..%2fetc",
        "/sessions/%2fetc%2fpasswd",
        "/sessions/orders%00",
        "/sessions/orders/workers/..%2f..%2fx",
        "/sessions/orders/workers/BACKEND",
        "/sessions/orders/workers/nobody",
        "/sessions/orders/synthesis",
        "/sessions/CON/receipts",
        "/static/page.js",
    ],
)
def test_what_is_not_there_is_no_page(asked: Visitor, path: str) -> None:
    answer = asked.client.get(path)
    assert answer.status_code in {400, 404}
    assert "<main" in answer.text


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_nothing_else_can_be_sent(asked: Visitor, method: str) -> None:
    own = {"Origin": f"http://{HOST}"}
    answer = asked.client.request(method, "/sessions/orders", headers=own)
    assert answer.status_code == 405
    assert asked.client.post("/sessions/orders", headers=own).status_code == 405


def test_a_link_out_of_the_repository_is_not_followed(asked: Visitor, root: Path) -> None:
    begin(root.parent / "elsewhere", "secret")
    link = root / "Docs/hive-mind/sessions/linked"
    link.symlink_to(root.parent / "elsewhere/Docs/hive-mind/sessions/secret")
    assert "linked" not in asked.page("/")
    assert "is a link" in asked.page("/sessions/linked", 409)


def test_a_session_shows_its_workers_and_its_timeline(accepted: Path) -> None:
    known = visitor(accepted)
    known.open()
    page = known.page(ADDRESS)
    assert f'href="{ADDRESS}/workers/{WORKER}"' in page
    assert "output_accepted" in page
    assert f'href="{ADDRESS}/receipts"' in page
    assert "unchanged" in known.page(f"{ADDRESS}/receipts")


def test_a_problem_is_shown_beside_its_lines(rejected: Path) -> None:
    known = visitor(rejected)
    known.open()
    page = known.page(f"{ADDRESS}/workers/{WORKER}")
    (marked,) = re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL)
    assert re.sub("<[^>]*>", "", marked).split() == ["&gt;", "23", '@router.get("")']
    assert "What to do:" in page
    assert "GET /nope" in known.page(f"{ADDRESS}/workers/backend")


def test_findings_of_an_accepted_report_are_shown(accepted: Path) -> None:
    known = visitor(accepted)
    known.open()
    page = known.page(f"{ADDRESS}/workers/{WORKER}")
    assert "Findings" in page
    assert page.count("<mark>") > 3


def test_a_plan_is_drawn_and_written(root: Path) -> None:
    asked_for = ("queen", "--task", TASK, "--model", "none", "--session", "planned")
    assert waggle(*asked_for, cwd=root).returncode == 0
    known = visitor(root)
    known.open()
    page = known.page("/sessions/planned")
    assert "No worker has begun. To begin: <code>" in page
    box = r'<rect class="box {0}"[^>]*/>\s*<text[^>]*>backend</text>\s*<text[^>]*>{0}<'
    assert re.search(box.format("planned"), page)
    begin(root, "planned")
    page = known.page("/sessions/planned")
    assert re.search(box.format("active"), page)
    assert "No worker has begun" not in page


def test_hostile_texts_are_only_shown(root: Path) -> None:
    begin(root, "orders")
    blocker = ask(root, "orders", HOSTILE)
    tell(root, "orders", Event("progress", WORKER, HOSTILE, HOSTILE))
    known = visitor(root)
    known.open()
    _answer(known, "orders", blocker, HOSTILE)
    ask(root, "orders", HOSTILE, "escalation_raised")
    for path in ("/sessions/orders", f"/?text={quote(HOSTILE)}"):
        answer = known.client.get(path)
        policy = answer.headers["content-security-policy"]
        (nonce,) = re.findall(r"script-src 'nonce-([^']+)'", policy)
        assert_runs_nothing_foreign(answer.text, nonce)
        assert not re.search("[\u202e\x1b]", answer.text)
        assert "{{ 7*7 }}" in answer.text


@pytest.mark.parametrize("text", ["[]", "{}", '{"summary": 1}', '{"contradictions": 7}', "{"])
def test_a_synthesis_that_nobody_wrote_is_no_fault_of_ours(root: Path, text: str) -> None:
    begin(root, "orders")
    file = root / "Docs/hive-mind/sessions/orders/workers/json/synthesis.json"
    file.write_text(text)
    known = visitor(root)
    known.open()
    assert "Run scribe" in known.page("/sessions/orders/synthesis", 409)


# The one thing that it writes


def _answer(known: Visitor, session_id: str, ticket: str, text: str, **headers: str) -> int:
    return known.answer(f"/sessions/{session_id}/answers/{ticket}", text, **headers)[0]


@pytest.mark.parametrize("kind", ["blocker_reported", "escalation_raised"])
def test_an_answer_is_an_event_of_the_owner(asked: Visitor, root: Path, kind: str) -> None:
    ticket = ask(root, "orders", "no schema", kind)
    page = asked.page("/sessions/orders")
    path = f"/sessions/orders/answers/{ticket}"
    assert f'action="{path}" method="post"' in page
    status, where = asked.answer(path, "it is in db/\r\nschema.sql\n")
    assert (status, where) == (303, f"/sessions/orders?answered={ticket}#answers")
    event = logged(root, "orders")[-1]
    assert event["event_type"] == kind.replace("reported", "resolved").replace("raised", "resolved")
    assert event["worker"] == "owner"
    assert event["details"]["text"] == "it is in db/\nschema.sql"  # type: ignore[index]
    page = asked.page(where)
    assert f"{ticket} is answered." in page
    assert path not in page
    assert "<b>owner</b>" in page
    assert ">owner</h3>" not in page  # no worker of the session


def test_what_is_answered_already_is_not_answered_again(asked: Visitor, root: Path) -> None:
    ticket = ask(root, "orders", "no schema")
    assert _answer(asked, "orders", ticket, "first") == 303
    before = logged(root, "orders")
    answer = asked.client.post(
        f"/sessions/orders/answers/{ticket}",
        data={"answer": "second & last"},
        headers={"Origin": f"http://{HOST}"},
    )
    assert answer.status_code == 409
    assert "second &amp; last" in answer.text  # nobody types it twice
    assert logged(root, "orders") == before


def test_a_form_with_more_fields_than_an_answer_is_refused(asked: Visitor, root: Path) -> None:
    ticket = ask(root, "orders", "no schema")
    before = logged(root, "orders")
    answer = asked.client.post(
        f"/sessions/orders/answers/{ticket}",
        data={"answer": "x", **{f"field-{number}": "x" for number in range(10)}},
        headers={"Origin": f"http://{HOST}"},
    )
    assert answer.status_code == 400
    assert "more fields than an answer" in answer.text
    assert logged(root, "orders") == before


@pytest.mark.parametrize(
    ("ticket", "text", "status"),
    [
        ("B999", "x", 409),
        ("H1", "x", 409),
        ("..%2fB4", "x", 404),
        ("TICKET", "  \r\n", 400),
        ("TICKET", "x" * (TEXT_CHARACTERS + 1), 400),
        ("TICKET", "x" * 100_000, 413),
    ],
)
def test_a_wrong_answer_records_nothing(
    asked: Visitor, root: Path, ticket: str, text: str, status: int
) -> None:
    own = ask(root, "orders", "no schema")
    before = logged(root, "orders")
    assert _answer(asked, "orders", ticket.replace("TICKET", own), text) == status
    assert logged(root, "orders") == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://localhost:7733"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    ],
    ids=str,
)
def test_a_form_of_another_page_is_refused(
    asked: Visitor, root: Path, headers: dict[str, str]
) -> None:
    ticket = ask(root, "orders", "no schema")
    before = logged(root, "orders")
    assert _answer(asked, "orders", ticket, "yes", **headers) == 403
    assert logged(root, "orders") == before


def test_an_archived_session_takes_no_answer(asked: Visitor, root: Path) -> None:
    ticket = ask(root, "orders", "no schema")
    assert waggle("session", "archive", "orders", cwd=root).returncode == 0
    assert "<form" not in asked.page("/sessions/orders")
    assert _answer(asked, "orders", ticket, "yes") == 409


def test_looking_writes_nothing(asked: Visitor, root: Path) -> None:
    ask(root, "orders", "no schema")
    before = {file: file.stat().st_mtime_ns for file in root.rglob("*")}
    for path in ("/", "/sessions/orders", "/sessions/orders/receipts", "/nowhere"):
        asked.client.get(path)
    assert {file: file.stat().st_mtime_ns for file in root.rglob("*")} == before


# Events


def _heard(stream: AsyncIterator[bytes], *steps: object) -> list[dict[str, object]]:
    """Listen, doing one thing after each event; returns what was said, with the ids."""

    async def listen() -> list[dict[str, object]]:
        said = []
        remaining = list(steps)
        async for chunk in stream:
            if b"data:" not in chunk:
                continue
            fields = dict(re.findall(rb"(\w+): (.*)\n", chunk))
            said.append({"id": fields[b"id"].decode(), **json.loads(fields[b"data"])})
            if not remaining:
                break
            remaining.pop(0)()  # type: ignore[operator]
        return said

    return asyncio.run(asyncio.wait_for(listen(), 30))


def test_a_stream_says_which_session_changed(root: Path) -> None:
    begin(root, "orders")
    begin(root, "other")
    logs = following.Logs(root)
    first, second = _heard(following.stream(logs, None), lambda: ask(root, "orders", "no schema"))
    assert (first["sessions"], first["all"]) == ([], False)
    assert second["sessions"] == ["orders"]
    assert first["id"] != second["id"]


def test_who_comes_back_hears_that_something_was_missed(root: Path) -> None:
    begin(root, "orders")
    (first,) = _heard(following.stream(following.Logs(root), None))
    (same,) = _heard(following.stream(following.Logs(root), str(first["id"])))
    assert not same["all"]
    ask(root, "orders", "no schema")
    (missed,) = _heard(following.stream(following.Logs(root), str(first["id"])))
    assert missed["all"]


def test_a_line_is_told_when_it_is_whole(root: Path) -> None:
    begin(root, "orders")
    logs = following.Logs(root)
    log = root / "Docs/hive-mind/sessions/orders/EVENTS.jsonl"
    before = logs.look()
    with log.open("ab") as file:
        file.write(b'{"torn":')
    time.sleep(logs.pause)
    changed, look = logs.grown(before, logs.look())
    assert (changed, look) == ([], before)
    with log.open("ab") as file:
        file.write(b" 1}\n{")
    time.sleep(logs.pause)
    changed, look = logs.grown(look, logs.look())
    assert changed == ["orders"]
    assert look.sizes["orders"] == log.stat().st_size - 1


def test_sessions_that_come_and_go_are_told(root: Path) -> None:
    begin(root, "orders")
    logs = following.Logs(root)
    before = logs.look()
    begin(root, "new")
    assert waggle("session", "delete", "orders", "--yes", "--force", cwd=root).returncode == 0
    time.sleep(logs.pause)
    assert sorted(logs.grown(before, logs.look())[0]) == ["new", "orders"]


# The program


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str)
def test_a_signal_ends_it_at_once_with_a_stream_open(
    root: Path, number: signal.Signals, code: int
) -> None:
    begin(root, "orders")
    with served(root) as server:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert b"orders" in opener.open(server.url, timeout=20).read()
        with opener.open(f"{server.base}/events", timeout=20) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.readline() == b"retry: 1000\n"
            begun = time.monotonic()
            ended, errors = server.end(number)
        assert ended == code
        assert time.monotonic() - begun < 10 * busy()
        assert errors == f"waggle: ended by {number.name}; the same command goes on\n"


def test_a_port_that_is_taken_is_said(root: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        run = waggle("serve", "--port", port, cwd=root)
    assert run.returncode == 3
    assert f"port {port} of 127.0.0.1 cannot be used".encode() in run.stderr
    assert b"--port" in run.stderr


def test_a_host_that_is_none_is_said(root: Path) -> None:
    run = waggle("serve", "--host", "no such host", cwd=root)
    assert run.returncode == 3
    assert b"is not known" in run.stderr


def test_other_machines_are_let_in_with_a_warning_only(root: Path) -> None:
    with served(root, 0, "--host", "0.0.0.0") as server:  # noqa: S104
        _, errors = server.end()
    assert "0.0.0.0 is reached from other machines" in errors


@pytest.mark.parametrize("missing", [*serving.EXTRA])
def test_without_the_extra_a_line_says_what_to_install(root: Path, missing: str) -> None:
    code = (
        "import runpy, sys\n"
        f"sys.modules[{missing!r}] = None\n"
        f"sys.argv = ['cli.py', 'serve']\n"
        f"sys.path.insert(0, {str(CLI.parent)!r})\n"
        f"runpy.run_path({str(CLI)!r}, run_name='__main__')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.returncode == 3, run.stderr
    assert run.stderr.count("\n") == 1
    assert f'-m pip install "{serving.EXTRA[missing]}"' in run.stderr

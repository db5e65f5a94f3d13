"""`publish linear`: one comment under an id of ours, a state that people may change afterwards."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import respx
from graphql import parse

from sessions.errors import BadInput, NotSent
from sessions.session import open_session
from tests.fake_github import Fault, served
from tests.fake_linear import FakeLinear, refusal
from tests.kit import SESSION, document, waggle
from tests.publishing import committed
from tests.reports import false_line, false_path, judge
from workers.integrations.publishing import linear
from workers.integrations.publishing.linear import IssueTarget, publish_linear
from workers.integrations.publishing.linear_api import API, limited
from workers.integrations.publishing.sending import Pause, Policy, Reply

pytestmark = pytest.mark.usefixtures("late_imports")

KEY = "lin_api_CANARYcanaryCANARYcanaryCANARYcan"
WANTED = IssueTarget(SESSION, "LIN-123")
COMMENTED = ["issue", "comment", "commentCreate"]
MOVED = [*COMMENTED, "workflowStates", "issueUpdate"]


@pytest.fixture(scope="module")
def rejected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a rejected report."""
    return committed(tmp_path_factory.mktemp("rejected"), false_path)


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with an accepted report."""
    return committed(tmp_path_factory.mktemp("accepted"))


@pytest.fixture(autouse=True)
def _unpublished(rejected: Path, accepted: Path) -> Iterator[None]:
    """Take every publication back."""
    logs = [
        root / f"Docs/hive-mind/sessions/{SESSION}/EVENTS.jsonl" for root in (rejected, accepted)
    ]
    before = [log.read_bytes() for log in logs]
    yield
    for log, data in zip(logs, before, strict=True):
        for derived in ("STATE.json", "METRICS.json", "SESSION.md"):
            (log.parent / derived).unlink(missing_ok=True)
        log.write_bytes(data)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeLinear]:
    """Linear on the loopback."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("LINEAR_"):
            monkeypatch.delenv(name)
    made = FakeLinear()
    with served(made):
        yield made


@pytest.fixture
def slept() -> list[float]:
    """The waits, none of which is waited."""
    return []


def published(
    root: Path, api: FakeLinear, slept: list[float], wanted: IssueTarget = WANTED
) -> dict[str, Any]:
    """Publish, and return the fields of the document."""
    variables = {"LINEAR_API_KEY": KEY, "LINEAR_API_URL": api.url}
    policy = Policy(timeout=5, sleep=slept.append, spread=lambda: 1.0)
    return publish_linear(root, wanted, variables, policy).fields


def dids(fields: dict[str, Any]) -> list[str]:
    return [row["did"] for row in fields["published"]]


def events(root: Path) -> list[dict[str, Any]]:
    lines = open_session(root, SESSION).events_file.read_text("utf-8").splitlines()
    return [one for one in map(json.loads, lines) if one["event_type"] == "published"]


def test_a_rejected_report_is_said_once_and_begins_the_work(
    rejected: Path, api: FakeLinear, slept: list[float]
) -> None:
    assert dids(published(rejected, api, slept)) == ["created", "updated"]
    (comment,) = api.comments.values()
    assert comment["body"].startswith("**Waggle: the report is not accepted**")
    assert api.state == "In Progress"  # the first one of its type
    assert api.operations() == MOVED
    assert api.tokens == {KEY}  # a personal key goes without Bearer
    targets = [one["details"]["target"] for one in events(rejected)]
    assert targets == ["linear:LIN-123/comment", "linear:LIN-123/state"]
    assert dids(published(rejected, api, slept)) == ["unchanged"]
    assert api.operations() == [*MOVED, "issue", "comment"]
    assert len(events(rejected)) == 2
    assert slept == []


def test_whoever_moves_the_issue_afterwards_has_decided(
    rejected: Path, api: FakeLinear, slept: list[float]
) -> None:
    published(rejected, api, slept)
    api.state = "Done"
    published(rejected, api, slept)
    assert api.state == "Done"


def test_an_accepted_report_moves_nothing_unless_it_is_asked_for(
    accepted: Path, api: FakeLinear, slept: list[float]
) -> None:
    assert dids(published(accepted, api, slept)) == ["created"]
    assert api.state == "Todo"
    published(accepted, api, slept, WANTED._replace(accepted_state="completed"))
    assert api.state == "Done"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Backlog", "In Progress"),
        ("Todo", "In Progress"),
        ("In Review", "In Review"),
        ("Done", "In Progress"),
        ("Canceled", "Canceled"),
        ("Triage", "Triage"),
    ],
)
def test_where_an_issue_goes_whose_report_is_rejected(
    rejected: Path, api: FakeLinear, before: str, after: str
) -> None:
    api.state = before
    fields = published(rejected, api, [])
    assert api.state == after
    assert bool(fields["warnings"]) == (before in {"Canceled", "Triage"})


def test_a_state_may_be_named(rejected: Path, api: FakeLinear, slept: list[float]) -> None:
    published(rejected, api, slept, WANTED._replace(rejected_state="in review"))
    assert api.state == "In Review"
    api.state = "Todo"
    with pytest.raises(BadInput, match="has no state 'Nowhere'") as caught:
        published(rejected, api, slept, WANTED._replace(rejected_state="Nowhere"))
    assert "'In Progress'" in caught.value.hint
    published(rejected, api, slept, WANTED._replace(rejected_state="keep"))
    assert api.state == "Todo"


def test_a_new_verdict_updates_the_comment(
    tmp_path: Path, api: FakeLinear, slept: list[float]
) -> None:
    root = committed(tmp_path, false_path)
    published(root, api, slept)
    judge(root, false_line)
    assert dids(published(root, api, slept)) == ["updated", "unchanged"]
    (comment,) = api.comments.values()
    assert "2 errors" in comment["body"]


@pytest.mark.parametrize("how", [{"lost": True}, {"cut": True}, {"status": 503}, {"refused": True}])
@pytest.mark.parametrize("operation", [*MOVED, "commentUpdate"])
def test_an_answer_that_was_lost_sends_nothing_twice(
    rejected: Path, api: FakeLinear, operation: str, how: dict[str, Any]
) -> None:
    if operation == "commentUpdate":
        published(rejected, api, [])
        (comment,) = api.comments.values()
        comment["body"] = "changed"
    api.faults.append(Fault("POST", operation, **how))
    published(rejected, api, [])
    (comment,) = api.comments.values()
    assert comment["body"].startswith("**Waggle")
    assert api.state == "In Progress"
    assert not api.faults
    assert api.operations().count("issueUpdate") == 1 + (operation == "issueUpdate")


def test_a_second_writer_makes_the_comment_first(
    rejected: Path, api: FakeLinear, slept: list[float]
) -> None:
    def write() -> None:
        fields = api.requests[-1][2]["variables"]["input"]
        api._commentCreate({**fields, "body": "theirs"})

    api.faults.append(Fault("POST", "commentCreate", before=write))
    assert dids(published(rejected, api, slept)) == ["updated", "updated"]
    (comment,) = api.comments.values()
    assert comment["body"].startswith("**Waggle")


def test_a_comment_of_somebody_else_is_left_alone(
    rejected: Path, api: FakeLinear, slept: list[float]
) -> None:
    published(rejected, api, slept)
    (comment,) = api.comments.values()
    comment["body"], api.is_me = "theirs", False
    with pytest.raises(NotSent, match="written by somebody else"):
        published(rejected, api, slept)
    assert comment["body"] == "theirs"


NOW = 1_790_000_000.0
LIMITED = {"errors": [refusal("Rate limit exceeded", "RATELIMITED", "ratelimited")]}
LIMITS: dict[str, tuple[dict[str, str], int, Any, Pause | None]] = {
    "seconds": ({"retry-after": "7"}, 400, LIMITED, Pause(7)),
    "a reset in milliseconds": (
        {"x-ratelimit-requests-remaining": "0", "x-ratelimit-requests-reset": "1790000030000"},
        400,
        LIMITED,
        Pause(31),
    ),
    "a reset in seconds": (
        {"x-ratelimit-complexity-remaining": "0", "x-ratelimit-complexity-reset": "1790000030"},
        400,
        LIMITED,
        Pause(31),
    ),
    "another limit": (
        {"x-ratelimit-requests-remaining": "9", "x-ratelimit-requests-reset": "1790000030000"},
        400,
        LIMITED,
        Pause(60, exact=False),
    ),
    "with status 200": ({}, 200, LIMITED, Pause(60, exact=False)),
    "429": ({}, 429, None, Pause(60, exact=False)),
    "a lock": ({}, 200, {"errors": [refusal("x", "LOCK_TIMEOUT")]}, Pause(1, exact=False)),
    "another error": ({"retry-after": "7"}, 400, {"errors": [refusal("Team not found")]}, None),
    "no error": ({"x-ratelimit-requests-remaining": "0"}, 200, {"data": {}}, None),
}


@pytest.mark.parametrize("name", LIMITS)
def test_how_long_a_limit_lasts(name: str) -> None:
    headers, status, body, pause = LIMITS[name]
    assert limited(Reply(status, headers, body), NOW) == pause


def test_limits_are_waited_for(rejected: Path, api: FakeLinear, slept: list[float]) -> None:
    reset = {"X-RateLimit-Requests-Remaining": "0"}
    reset["X-RateLimit-Requests-Reset"] = str(int((time.time() + 20) * 1000))
    api.faults += [
        Fault("POST", "commentCreate", 400, {"Retry-After": "7"}, LIMITED),
        Fault("POST", "commentCreate", 400, reset, LIMITED),
        Fault("POST", "commentCreate", 400, {}, LIMITED),
    ]
    published(rejected, api, slept)
    assert slept[0] == 7
    assert 15 < slept[1] <= 22
    assert slept[2] == 60 * 2**2
    assert len(api.comments) == 1


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (refusal("You are not in this team", "FORBIDDEN", "forbidden"), "may change this issue"),
        (refusal("Authentication required", "AUTHENTICATION_ERROR", "authentication error"), "key"),
        (refusal("Body is too long"), "goes on"),
    ],
)
def test_what_linear_says_is_handed_on(
    rejected: Path, api: FakeLinear, error: dict[str, Any], hint: str
) -> None:
    error["extensions"]["userPresentableMessage"] += f" {KEY}"
    api.faults.append(Fault("POST", "commentCreate", 400, {}, {"errors": [error]}))
    with pytest.raises(NotSent, match=error["message"]) as caught:
        published(rejected, api, [])
    assert hint in caught.value.hint
    assert KEY not in caught.value.message
    assert (api.comments, events(rejected)) == ({}, [])


def test_an_answer_without_data_is_no_success(
    rejected: Path, api: FakeLinear, slept: list[float]
) -> None:
    api.faults.append(Fault("POST", "issue", 200, {}, {"data": None}))
    with pytest.raises(NotSent, match="answered without data"):
        published(rejected, api, slept)
    unsuccessful = {"data": {"commentCreate": {"success": False, "comment": None}}}
    api.faults.append(Fault("POST", "commentCreate", 200, {}, unsuccessful))
    with pytest.raises(NotSent, match="did not write the comment"):
        published(rejected, api, slept)
    assert events(rejected) == []


@pytest.mark.parametrize("issue", ["LIN", "123", "LIN-0", "LIN-1; x", "", "../x"])
def test_an_issue_that_is_none(rejected: Path, api: FakeLinear, issue: str) -> None:
    with pytest.raises(BadInput, match="is no issue"):
        published(rejected, api, [], WANTED._replace(issue=issue))
    assert api.requests == []


def test_an_issue_that_is_not_there(rejected: Path, api: FakeLinear) -> None:
    with pytest.raises(NotSent, match="Entity not found: Issue"):
        published(rejected, api, [], WANTED._replace(issue="LIN-999"))


def test_one_worker_has_a_comment_of_its_own(
    rejected: Path, api: FakeLinear, slept: list[float]
) -> None:
    published(rejected, api, slept)
    published(rejected, api, slept, WANTED._replace(worker="backend"))
    assert len(api.comments) == 2


@respx.mock
@pytest.mark.parametrize(
    ("key", "header"),
    [
        (KEY, KEY),
        ("lin_oauth_abc123", "Bearer lin_oauth_abc123"),
        ("Bearer xyz12345", "Bearer xyz12345"),
        (" token-of-an-app ", "Bearer token-of-an-app"),
    ],
)
def test_a_key_is_sent_in_its_form(rejected: Path, key: str, header: str) -> None:
    asked = respx.post(API).respond(json={"errors": [refusal("no", "FORBIDDEN", "forbidden")]})
    with pytest.raises(NotSent):
        publish_linear(rejected, WANTED, {"LINEAR_API_KEY": key}, Policy(sleep=lambda _: None))
    assert asked.calls[0].request.headers["authorization"] == header
    assert asked.call_count == 1


def test_questions_are_graphql() -> None:
    names = ("_OF_ISSUE", "_OF_COMMENT", "_STATES", "_CREATE", "_UPDATE", "_MOVE")
    for name in names:
        parse(getattr(linear, name))


def test_the_commands(rejected: Path, api: FakeLinear) -> None:
    words = ("publish", "linear", "--session", SESSION, "--issue", "LIN-123")
    environment = {**os.environ, "LINEAR_API_URL": api.url}
    run = waggle(*words, cwd=rejected, env=environment)
    assert run.returncode == 3
    assert b"LINEAR_API_KEY is not set" in run.stderr
    run = waggle(*words, "--dry-run", cwd=rejected, env=environment)
    assert run.returncode == 0
    assert b"state: started" in run.stdout
    assert (api.requests, events(rejected)) == ([], [])
    environment["LINEAR_API_KEY"] = KEY
    run = waggle(*words, "--json", cwd=rejected, env=environment)
    assert dids(document(run)) == ["created", "updated"]
    run = waggle(*words, cwd=rejected, env=environment)
    assert run.stdout.startswith(b"unchanged: linear:LIN-123/comment https://linear.app/")
    for file in rejected.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file

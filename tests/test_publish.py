"""`publish github`: sent once whatever fails on the way, to no other's comment, without secrets."""

from __future__ import annotations

import email.utils
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from sessions.errors import BadInput, Busy, NotSent
from sessions.session import open_session
from tests.fake_github import HEAD, ME, TOKEN, FakeGithub, Fault, served
from tests.kit import CLI, SESSION, document, waggle
from tests.publishing import committed, entry, session
from tests.reports import false_line, false_path, judge
from workers.integrations.publishing import sending
from workers.integrations.publishing.annotations import conclusion, marks
from workers.integrations.publishing.github import PullRequestTarget, publish_github
from workers.integrations.publishing.github_api import limited
from workers.integrations.publishing.pull_request import pull_request
from workers.integrations.publishing.sending import Host, Pause, Policy, Reply, retry_after

pytestmark = pytest.mark.usefixtures("late_imports")

MARKER = f"<!-- waggle:{SESSION} -->"
COMMENTS = "/repos/acme/orders/issues/12/comments"
RUNS = "/repos/acme/orders/check-runs"
BY_INTEGRATION = "Resource not accessible by integration"
WANTED = PullRequestTarget(SESSION, number=12)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a rejected report; tests publish copies of its session."""
    return committed(tmp_path_factory.mktemp("made"), false_path, false_line)


@pytest.fixture
def root(made: Path) -> Iterator[Path]:
    """The same repository, in which nothing was published."""
    log = made / f"Docs/hive-mind/sessions/{SESSION}/EVENTS.jsonl"
    before = log.read_bytes()
    yield made
    for derived in ("STATE.json", "METRICS.json", "SESSION.md"):
        (log.parent / derived).unlink(missing_ok=True)
    log.write_bytes(before)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGithub]:
    """GitHub on the loopback."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("GITHUB_", "GH_", "LINEAR_")):
            monkeypatch.delenv(name)
    made = FakeGithub()
    with served(made):
        yield made


@pytest.fixture
def slept() -> list[float]:
    """The waits, none of which is waited."""
    return []


def variables(api: FakeGithub, **more: str) -> dict[str, str]:
    """Return what a workflow sets."""
    return {
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_API_URL": api.url,
        "GITHUB_REPOSITORY": "acme/orders",
        **more,
    }


def policy(slept: list[float]) -> Policy:
    return Policy(timeout=5, sleep=slept.append, spread=lambda: 1.0)


def published(root: Path, api: FakeGithub, slept: list[float], **more: str) -> dict[str, Any]:
    """Publish, and return the fields of the document."""
    return publish_github(root, WANTED, variables(api, **more), policy(slept)).fields


def events(root: Path) -> list[dict[str, Any]]:
    lines = open_session(root, SESSION).events_file.read_text("utf-8").splitlines()
    return [one for one in map(json.loads, lines) if one["event_type"] == "published"]


def dids(fields: dict[str, Any]) -> list[str]:
    return [row["did"] for row in fields["published"]]


def ours(api: FakeGithub) -> list[dict[str, Any]]:
    return [one for one in api.comments.values() if one["user"]["login"] == ME]


def test_a_verdict_is_published_once(root: Path, api: FakeGithub, slept: list[float]) -> None:
    assert dids(published(root, api, slept)) == ["created", "created"]
    ((comment,), (run,)) = ours(api), api.runs.values()
    assert comment["body"].startswith(f"{MARKER}\n## Waggle: the report is not accepted\n")
    assert (run["head_sha"], run["conclusion"], run["status"]) == (HEAD, "failure", "completed")
    assert run["annotations"][0]["path"] == "app/orders.py"
    assert comment["html_url"] in run["output"]["summary"]
    assert api.tokens == {f"Bearer {TOKEN}"}
    first, other = events(root)
    assert first["details"]["target"] == "github:acme/orders#12/comment"
    assert first["details"]["url"] == comment["html_url"]
    assert len(first["details"]["digest"]) == 64
    assert other["details"]["target"] == f"github:acme/orders#12/{HEAD[:12]}/check"
    assert slept == []
    before = json.dumps([api.comments, api.runs])
    assert dids(published(root, api, slept)) == ["unchanged", "unchanged"]
    assert json.dumps([api.comments, api.runs]) == before
    assert api.count("POST", "/repos") == 2
    assert api.count("PATCH") == 0
    assert events(root) == [first, other]
    assert open_session(root, SESSION).state().published.keys() == {
        first["details"]["target"],
        other["details"]["target"],
    }


def test_a_new_verdict_updates_the_comment(
    tmp_path: Path, api: FakeGithub, slept: list[float]
) -> None:
    root = committed(tmp_path, false_path)
    published(root, api, slept)
    judge(root, false_line)
    assert dids(published(root, api, slept)) == ["updated", "created"]
    (comment,) = ours(api)
    assert "9999" in comment["body"]
    assert len(api.runs) == 2
    assert len(events(root)) == 4


def test_a_form_that_github_gave_it_is_no_reason_to_send_again(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    def rewrite() -> None:
        api.answer = lambda *asked: _rewritten(answer(*asked))  # type: ignore[method-assign]

    answer = api.answer
    rewrite()
    published(root, api, slept)
    assert dids(published(root, api, slept))[0] == "unchanged"
    assert api.count("PATCH") == 0


def _rewritten(answered: tuple[int, Any, dict[str, str]]) -> tuple[int, Any, dict[str, str]]:
    """Return comments as a host that tidies what it is sent."""
    status, body, headers = answered
    rows = body if isinstance(body, list) else [body]
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("body"), str):
            row["body"] = row["body"].replace("\n", "\r\n").replace("**", "__")
    return status, body, headers


def test_what_somebody_changed_is_put_right(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    published(root, api, slept)
    (comment,) = ours(api)
    body = comment["body"]
    comment["body"] = f"{MARKER}\nAll is well."
    assert dids(published(root, api, slept))[0] == "updated"
    assert ours(api)[0]["body"] == body


def test_a_comment_that_was_deleted_is_made_again(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    published(root, api, slept)
    api.comments.clear()
    assert dids(published(root, api, slept))[0] == "created"
    # Deleted between our question and our answer.
    ours(api)[0]["body"] = f"{MARKER}\nold"
    api.faults.append(Fault("PATCH", "/issues/comments/", before=api.comments.clear))
    assert dids(published(root, api, slept))[0] == "created"
    assert len(ours(api)) == 1


def test_a_marker_that_somebody_else_pasted_is_left_alone(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    pasted = [
        api.comment(f"{MARKER}\nmine", "mallory", "User"),
        api.comment(f"{MARKER}\nmine", "github-actions", "User"),
        api.comment(f"hello\n{MARKER}", ME),
        api.comment("<!-- waggle:another -->\nother", ME),
        api.comment(f"{MARKER}x\nother", ME),
    ]
    before = json.dumps(pasted)
    published(root, api, slept)
    assert json.dumps(pasted) == before
    assert len(api.comments) == len(pasted) + 1
    assert api.count("PATCH") == api.count("DELETE") == 0


def test_the_comment_is_found_on_the_third_page(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    for number in range(205):
        api.comment(f"comment {number}", "ada", "User")
    mine = api.comment(f"{MARKER}\nold")
    api.comment("later", "ada", "User")
    assert dids(published(root, api, slept))[0] == "updated"
    assert mine["body"] != f"{MARKER}\nold"
    assert len(api.comments) == 207
    assert api.count("GET", COMMENTS) == 3


@pytest.mark.parametrize("how", [{"lost": True}, {"cut": True}])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_answer_that_was_lost_sends_nothing_twice(
    root: Path, api: FakeGithub, slept: list[float], how: dict[str, bool], method: str
) -> None:
    if method == "PATCH":
        api.comment(f"{MARKER}\nold")
    api.faults += [Fault(method, "/comments", **how), Fault("POST", RUNS, **how)]  # type: ignore[arg-type]
    assert len(dids(published(root, api, slept))) == 2
    assert len(ours(api)) == len(api.runs) == 1
    assert len(events(root)) == 2
    assert "not accepted" in ours(api)[0]["body"]
    assert len(slept) == 2


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_that_fails_is_asked_again(
    root: Path, api: FakeGithub, slept: list[float], status: int
) -> None:
    for method, part in (
        ("GET", COMMENTS),
        ("POST", COMMENTS),
        ("POST", RUNS),
        ("POST", "/graphql"),
    ):
        api.faults += [Fault(method, part, status, body={"message": "later"})] * 2
    published(root, api, slept)
    assert len(ours(api)) == len(api.runs) == 1
    # Doubled each time; a POST is asked again only after a look.
    assert slept[:4] == [1.0, 2.0, 1.0, 2.0]
    assert len(slept) == 8


def test_a_connection_that_was_never_made_is_tried_again(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    api.faults += [Fault("GET", COMMENTS, refused=True), Fault("POST", COMMENTS, refused=True)]
    published(root, api, slept)
    assert len(ours(api)) == 1


def test_a_server_that_never_answers_is_given_up(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    api.faults += [Fault("POST", COMMENTS, 503)] * 9
    with pytest.raises(NotSent, match="gave no answer to a comment") as caught:
        published(root, api, slept)
    assert "nothing is sent twice" in caught.value.hint
    assert api.count("POST", COMMENTS) == 5
    assert events(root) == []


LATER = {"date": "Mon, 30 Nov 2026 08:00:00 GMT"}
NOW = email.utils.parsedate_to_datetime(LATER["date"]).timestamp()
LIMITS = {
    "seconds": ({"retry-after": "7"}, 429, "", Pause(7)),
    "a date": ({**LATER, "retry-after": "Mon, 30 Nov 2026 08:00:09 GMT"}, 403, "", Pause(9)),
    "a date gone by": (
        {**LATER, "retry-after": "Mon, 30 Nov 2026 07:00:00 GMT"},
        429,
        "",
        Pause(0),
    ),
    "a reset": (
        {**LATER, "x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 20)},
        403,
        "API rate limit exceeded",
        Pause(21),
    ),
    "secondary": ({}, 403, "You have exceeded a secondary rate limit.", Pause(60, exact=False)),
    "429 alone": ({}, 429, "", Pause(60, exact=False)),
    "retry-after first": (
        {**LATER, "retry-after": "3", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"},
        403,
        "",
        Pause(3),
    ),
    "no limit": ({"x-ratelimit-remaining": "12"}, 403, BY_INTEGRATION, None),
    "fine": ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, 200, "", None),
    "no date": ({"retry-after": "soon"}, 429, "", Pause(60, exact=False)),
}


@pytest.mark.parametrize("name", LIMITS)
def test_how_long_a_limit_lasts(name: str) -> None:
    headers, status, message, pause = LIMITS[name]
    assert limited(Reply(status, headers, {"message": message}), NOW) == pause


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_limits_are_waited_for(
    root: Path, api: FakeGithub, slept: list[float], method: str
) -> None:
    soon = email.utils.formatdate(time.time() + 30, usegmt=True)
    secondary = {"message": "You have exceeded a secondary rate limit. Please wait."}
    api.faults += [
        Fault(method, COMMENTS, 429, {"Retry-After": "7"}),
        Fault(method, COMMENTS, 403, {"Retry-After": soon}),
        Fault(method, COMMENTS, 403, body=secondary),
    ]
    published(root, api, slept)
    assert slept[0] == 7
    assert 25 < slept[1] <= 31
    assert slept[2] == 60 * 2**2  # the third time; doubled each time
    assert len(ours(api)) == 1


def test_nobody_waits_for_an_hour(root: Path, api: FakeGithub, slept: list[float]) -> None:
    api.faults.append(Fault("GET", COMMENTS, 429, {"Retry-After": "3600"}))
    with pytest.raises(NotSent, match="takes no more requests for 3,600 seconds"):
        published(root, api, slept)
    assert slept == []


def test_a_second_writer_between_our_question_and_our_comment(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    theirs = f"{MARKER}\nof a run on another machine"
    api.faults.append(Fault("POST", COMMENTS, before=lambda: api.comment(theirs)))
    published(root, api, slept)
    (comment,) = ours(api)
    assert comment["id"] == 1  # both writers keep the older one
    assert "not accepted" in comment["body"]
    assert dids(published(root, api, slept))[0] == "unchanged"


def test_two_machines_at_once(
    root: Path, tmp_path: Path, api: FakeGithub, slept: list[float]
) -> None:
    other = committed(tmp_path, false_path)
    barrier = threading.Barrier(2)
    # Both have asked, and seen no comment, before one is made.
    api.faults += [Fault("POST", COMMENTS, before=lambda: barrier.wait(20))] * 2
    threads = [
        threading.Thread(target=published, args=(where, api, slept)) for where in (root, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ours(api)) == 1
    assert "not accepted" in ours(api)[0]["body"]


def test_one_publication_of_a_session_at_a_time(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    raised: list[BaseException] = []

    def second() -> None:
        with pytest.raises(Busy) as caught:
            published(root, api, slept)
        raised.append(caught.value)

    api.faults.append(Fault("POST", COMMENTS, before=second))
    published(root, api, slept)
    assert len(raised) == 1
    assert len(ours(api)) == 1


def test_killed_between_the_comment_and_the_event(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    environment = {**os.environ, **variables(api)}
    command = [sys.executable, str(CLI), "publish", "github", "--session", SESSION, "--pr", "12"]
    with subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.PIPE) as process:

        def kill() -> None:
            api.comment(api.requests[-1][2]["body"])
            os.kill(process.pid, signal.SIGKILL)
            process.wait()

        api.faults.append(Fault("POST", COMMENTS, before=kill, lost=False, refused=True))
        process.wait(60)
    assert process.returncode == -signal.SIGKILL
    assert (len(ours(api)), events(root)) == (1, [])
    assert dids(published(root, api, slept)) == ["unchanged", "created"]
    assert len(ours(api)) == 1
    assert api.count("POST", COMMENTS) == 1
    assert [one["details"]["action"] for one in events(root)] == ["unchanged", "created"]


def many(count: int) -> Any:
    """Return a function that adds findings to a report, all of them refuted."""

    def change(report: dict[str, Any]) -> None:
        first = report["api_specifications"][0]
        report["api_specifications"] = [
            {**first, "id": f"API-{number + 100:03}", "path": f"/nope/{number}"}
            for number in range(count)
        ]

    return change


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a report of 120 refuted claims."""
    return committed(tmp_path_factory.mktemp("large"), many(120))


@pytest.mark.parametrize("fault", [None, "lost", "cut", "status", "limit"])
def test_marks_are_appended_fifty_at_a_time_and_never_twice(
    large: Path, api: FakeGithub, slept: list[float], fault: str | None
) -> None:
    faults = {
        "lost": Fault("PATCH", RUNS, lost=True),
        "cut": Fault("PATCH", RUNS, cut=True),
        "status": Fault("PATCH", RUNS, 502),
        "limit": Fault("PATCH", RUNS, 429, {"retry-after": "1"}),
    }
    api.faults += [faults[fault]] * 2 if fault else []
    published(large, api, slept)
    (run,) = api.runs.values()
    keys = [(mark["title"], mark["start_line"]) for mark in run["annotations"]]
    assert len(keys) == len(set(keys)) >= 120
    assert (run["status"], run["conclusion"]) == ("completed", "failure")
    assert dids(published(large, api, slept)) == ["unchanged", "unchanged"]


def test_a_check_run_that_was_left_in_its_middle_is_finished(
    large: Path, api: FakeGithub, slept: list[float]
) -> None:
    api.faults += [Fault("PATCH", RUNS, 500)] * 9
    with pytest.raises(NotSent):
        published(large, api, slept)
    (run,) = api.runs.values()
    assert (run["status"], len(run["annotations"])) == ("in_progress", 50)
    api.faults.clear()
    published(large, api, slept)
    assert len(api.runs) == 1
    assert run["status"] == "completed"
    titles = [mark["title"] for mark in run["annotations"]]
    assert len(titles) == len(set(titles)) >= 120


def test_personal_tokens_write_a_commit_status(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    api.forbidden[f"POST {RUNS}"] = "You must authenticate via a GitHub App."
    api.viewer = None
    api.user = "ada"
    fields = published(root, api, slept)
    assert "a commit status was written instead" in fields["warnings"][-1]
    (status,) = api.statuses
    assert (status["state"], status["context"], status["sha"]) == ("failure", "Waggle", HEAD)
    assert status["description"] == "The report is not accepted"
    published(root, api, slept)
    assert len(api.statuses) == 1


def event_file(folder: Path, **fields: Any) -> str:
    file = folder / "event.json"
    file.write_text(json.dumps(fields))
    return str(file)


def of_pull_request(folder: Path, head: str = "acme/orders", number: int = 12) -> dict[str, str]:
    """Return what a run for a pull request has in its environment."""
    repos = {"head": {"sha": HEAD, "repo": {"full_name": head}}}
    repos["base"] = {"sha": "0" * 40, "repo": {"full_name": "acme/orders"}}
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_SHA": "1" * 40,
        "GITHUB_REF": f"refs/pull/{number}/merge",
        "GITHUB_EVENT_PATH": event_file(folder, pull_request={"number": number, **repos}),
    }


def test_a_run_for_a_fork_publishes_nothing_and_says_so(
    root: Path, api: FakeGithub, tmp_path: Path
) -> None:
    api.forbidden["POST /repos"] = BY_INTEGRATION
    environment = {**os.environ, **variables(api, **of_pull_request(tmp_path, "mallory/orders"))}
    words = ("publish", "github", "--session", SESSION)
    run = waggle(*words, cwd=root, env=environment)
    assert run.returncode == 0, run.stderr
    assert b"warning: this run is for a fork or for Dependabot" in run.stdout
    run = waggle(*words, "--json", cwd=root, env=environment)
    assert document(run)["published"] == []
    assert b"its token only reads" in run.stderr
    assert events(root) == []


def test_a_permission_that_a_workflow_lacks_is_an_error(
    root: Path, api: FakeGithub, tmp_path: Path, slept: list[float]
) -> None:
    api.forbidden["POST /repos"] = BY_INTEGRATION
    with pytest.raises(NotSent, match="does not take a comment") as caught:
        published(root, api, slept, **of_pull_request(tmp_path))
    assert "pull-requests: write" in caught.value.hint
    assert slept == []  # it is no limit: nobody waits


def test_a_comment_without_a_check_is_a_warning(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    api.forbidden |= {f"POST {RUNS}": BY_INTEGRATION, "POST /repos/acme/orders/statuses": "no"}
    fields = published(root, api, slept)
    assert dids(fields) == ["created"]
    warning = fields["warnings"][-1]
    assert "no check was written" in warning
    assert "checks: write" in warning


@pytest.mark.parametrize(
    ("status", "message", "hint"),
    [
        (401, "Bad credentials", "is not valid"),
        (404, "Not Found", "the token may see them"),
        (422, "Body is too long", "Correct what it names"),
    ],
)
def test_what_github_says_is_handed_on(
    root: Path, api: FakeGithub, status: int, message: str, hint: str
) -> None:
    api.faults.append(Fault("POST", COMMENTS, status, body={"message": f"{message} {TOKEN}"}))
    with pytest.raises(NotSent, match=message) as caught:
        published(root, api, [])
    assert hint in caught.value.hint
    assert TOKEN not in caught.value.message


def test_nobody_knows_whose_token_it_is(root: Path, api: FakeGithub, slept: list[float]) -> None:
    api.viewer = None
    with pytest.raises(NotSent, match="whose token"):
        published(root, api, slept)
    published(root, api, slept, GITHUB_ACTIONS="true")
    assert len(ours(api)) == 1


def test_where_a_run_is(tmp_path: Path) -> None:
    api = {"GITHUB_REPOSITORY": "acme/orders"}
    where = pull_request(tmp_path, {**api, **of_pull_request(tmp_path)}, None, None)
    assert (where.number, where.head, where.is_read_only) == (12, HEAD, False)
    fork = {**api, **of_pull_request(tmp_path, "mallory/orders")}
    assert pull_request(tmp_path, fork, None, None).is_read_only
    trusted = {**fork, "GITHUB_EVENT_NAME": "pull_request_target"}
    assert not pull_request(tmp_path, trusted, None, None).is_read_only
    bot = {**api, **of_pull_request(tmp_path), "GITHUB_ACTOR": "dependabot[bot]"}
    assert pull_request(tmp_path, bot, None, None).is_read_only
    # What is said counts more than what the run is for.
    where = pull_request(tmp_path, fork, None, 7)
    assert (where.number, where.head, where.is_read_only) == (7, "", False)
    where = pull_request(tmp_path, fork, "acme/other", 7)
    assert (where.repository, where.number, where.head) == ("acme/other", 7, "")
    with pytest.raises(BadInput, match="no pull request is named"):
        pull_request(tmp_path, fork, "acme/other", None)
    # Without an event the reference says it; a push is of no pull request, and still a commit.
    merged = {**api, "GITHUB_REF": "refs/pull/9/merge"}
    assert pull_request(tmp_path, merged, None, None).number == 9
    push = {**api, "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": HEAD, "GITHUB_REF": "refs/heads/m"}
    where = pull_request(tmp_path, push, None, None)
    assert (where.number, where.head) == (None, HEAD)
    run = {"head_sha": HEAD, "pull_requests": [{"number": 5}]}
    later = {**push, "GITHUB_EVENT_PATH": event_file(tmp_path, workflow_run=run)}
    where = pull_request(tmp_path, later, None, None)
    assert (where.number, where.head) == (5, HEAD)
    comment = event_file(tmp_path, issue={"number": 6, "pull_request": {}})
    where = pull_request(tmp_path, {**push, "GITHUB_EVENT_PATH": comment}, None, None)
    assert (where.number, where.head) == (6, "")
    issue = event_file(tmp_path, issue={"number": 6})
    assert pull_request(tmp_path, {**push, "GITHUB_EVENT_PATH": issue}, None, None).number is None


@pytest.mark.parametrize(
    "text", ["no json", "[]", '{"pull_request": []}', '{"pull_request": {"number": "1"}}']
)
def test_an_event_that_cannot_be_read_names_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "event.json"
    file.write_text(text)
    for name in (file, tmp_path, tmp_path / "none"):
        variables = {"GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_PATH": str(name)}
        with pytest.raises(BadInput, match="no pull request is named"):
            pull_request(tmp_path, variables, None, None)


def test_the_repository_of_a_remote_only_where_the_token_goes_anyway(root: Path) -> None:
    assert pull_request(root, {}, None, 1).repository == "acme/orders"
    with pytest.raises(BadInput, match="no repository"):
        pull_request(root, {"GITHUB_API_URL": "https://ghe.example/api/v3"}, None, 1)
    for name in ("acme", "acme/orders/more", "a b/c", "../x"):
        with pytest.raises(BadInput, match="is no repository"):
            pull_request(root, {}, name, 1)


def test_a_push_writes_the_check_alone(root: Path, api: FakeGithub, slept: list[float]) -> None:
    push = {"GITHUB_EVENT_NAME": "push", "GITHUB_SHA": HEAD, "GITHUB_REF": "refs/heads/main"}
    fields = publish_github(
        root, PullRequestTarget(SESSION), variables(api, **push), policy(slept)
    ).fields
    assert dids(fields) == ["created"]
    assert not api.comments
    assert len(api.runs) == 1


def test_a_report_judged_at_another_commit_is_said(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    (warning,) = published(root, api, slept)["warnings"]
    assert "marks may be beside other lines" in warning


def test_nothing_is_sent_without_a_token(root: Path, api: FakeGithub) -> None:
    environment = {**os.environ, **variables(api)}
    words = ("publish", "github", "--session", SESSION, "--pr", "12")
    for token in (None, "", " "):
        environment.pop("GITHUB_TOKEN", None)
        environment |= {} if token is None else {"GITHUB_TOKEN": token}
        run = waggle(*words, cwd=root, env=environment)
        assert run.returncode == 3
        assert b"GH_TOKEN or GITHUB_TOKEN is not set" in run.stderr
        assert b"pull-requests: write" in run.stderr
    environment |= {"GITHUB_TOKEN": "ghs_\ncanary"}
    run = waggle(*words, cwd=root, env=environment)
    assert run.returncode == 3
    assert b"canary" not in run.stderr
    assert api.requests == []


def test_a_dry_run_sends_nothing(root: Path, api: FakeGithub) -> None:
    environment = {**os.environ, "GITHUB_API_URL": api.url}
    words = ("publish", "github", "--session", SESSION, "--pr", "12", "--repo", "acme/orders")
    run = waggle(*words, "--dry-run", cwd=root, env=environment)
    assert run.returncode == 0, run.stderr
    assert f"POST {api.url}{COMMENTS}\n{MARKER}\n" in run.stdout.decode()
    told = document(waggle(*words, "--dry-run", "--json", cwd=root, env=environment))
    assert [row["method"] for row in told["requests"]] == ["POST", "POST"]
    assert told["requests"][1]["body"]["conclusion"] == "failure"
    assert (api.requests, events(root)) == ([], [])


def test_one_worker_has_a_comment_of_its_own(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    published(root, api, slept)
    publish_github(root, WANTED._replace(worker="backend"), variables(api), policy(slept))
    assert len(ours(api)) == 2
    assert {run["name"] for run in api.runs.values()} == {"Waggle", "Waggle (backend-worker)"}


def test_no_secret_is_written_anywhere(
    root: Path, api: FakeGithub, caplog: pytest.LogCaptureFixture
) -> None:
    short = "canary7"  # too short for a mask by name
    caplog.set_level("DEBUG")
    for token in (TOKEN, short):
        environment = {**os.environ, **variables(api), "GITHUB_TOKEN": token}
        for fault in (
            Fault("POST", COMMENTS, 422, body={"message": f"no {token}", "errors": [token]}),
            Fault("POST", COMMENTS, 302, {"location": f"https://{token}.example/"}),
            Fault("GET", COMMENTS, 200, {"link": f'<http://x/{token}>; rel="next"'}, []),
            None,
        ):
            api.faults[:] = [fault] if fault else []
            api.comments.clear()
            words = ("publish", "github", "--session", SESSION, "--pr", "12", "--json")
            run = waggle(*words, cwd=root, env=environment)
            assert run.returncode == (3 if fault else 0), run.stderr
            printed = run.stdout + run.stderr
            assert token.encode() not in printed, printed
    written = [file for file in root.rglob("*") if file.is_file()]
    assert len(written) > 20
    for file in written:
        assert TOKEN.encode() not in file.read_bytes(), file
        assert short.encode() not in file.read_bytes(), file
    assert "canary" not in caplog.text.lower()


def test_the_token_goes_to_no_other_host(root: Path, api: FakeGithub, slept: list[float]) -> None:
    other = FakeGithub()
    with served(other):
        for fault in (
            Fault("GET", COMMENTS, 302, {"location": f"{other.url}/stolen"}),
            Fault("GET", COMMENTS, 200, {"link": f'<{other.url}/stolen>; rel="next"'}, []),
        ):
            api.faults.append(fault)
            with pytest.raises(NotSent, match="gets no token"):
                published(root, api, slept)
    assert other.requests == []


def test_a_repository_that_was_renamed_gets_what_was_sent(
    root: Path, api: FakeGithub, slept: list[float]
) -> None:
    for method in ("GET", "POST"):
        moved = {"location": f"{api.url}{COMMENTS}?per_page=100"}
        api.faults.append(Fault(method, COMMENTS, 301, moved))
    published(root, api, slept)
    assert len(ours(api)) == 1


@pytest.mark.parametrize(
    "url",
    ["http://github.example", "ftp://x", "https://", "https://a:b@x", "x", "http://127.0.0.1:x"],
)
def test_no_token_is_sent_in_the_open(root: Path, url: str, slept: list[float]) -> None:
    with pytest.raises(BadInput, match="is no address of https"):
        publish_github(
            root,
            WANTED._replace(repository="acme/orders"),
            {"GITHUB_API_URL": url, "GITHUB_TOKEN": TOKEN},
            policy(slept),
        )


def test_a_proxy_of_the_environment_is_asked(
    root: Path, api: FakeGithub, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://ada:canarySecret1@127.0.0.1:9")
    with pytest.raises(NotSent, match="gave no answer") as caught:
        published(root, api, slept)
    assert "canarySecret1" not in f"{caught.value.message} {caught.value.hint}"
    assert api.requests == []
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    published(root, api, slept)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("HTTP_PROXY", "socks9://canarySecret1")
    with pytest.raises(NotSent, match="cannot be reached"):
        published(root, api, slept)


@respx.mock
def test_requests_as_github_documents_them(root: Path, slept: list[float]) -> None:
    base = "https://ghe.acme.example/api/v3"
    viewer = respx.post("https://ghe.acme.example/api/graphql").respond(
        json={"data": {"viewer": {"login": "ada"}}}
    )
    listed = respx.get(f"{base}{COMMENTS}?per_page=100").respond(json=[])
    row = {"id": 5, "body": "x", "html_url": "https://ghe/5", "user": {"login": "ada"}}
    posted = respx.post(f"{base}{COMMENTS}").respond(201, json=row)
    given = {"GH_TOKEN": "gho_first", "GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": f"{base}/"}
    wanted = WANTED._replace(repository="acme/orders", with_check=False)
    answer = publish_github(root, wanted, given, policy(slept))
    assert dids(answer.fields) == ["created"]
    headers = posted.calls[0].request.headers
    assert headers["authorization"] == "Bearer gho_first"
    assert headers["accept"] == "application/vnd.github+json"
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["user-agent"] == "waggle"
    assert json.loads(posted.calls[0].request.content).keys() == {"body"}
    assert (viewer.call_count, listed.call_count) == (1, 2)


@respx.mock
def test_a_timeout_is_a_lost_answer(root: Path, slept: list[float]) -> None:
    base = "https://api.github.com"
    respx.post(f"{base}/graphql").respond(json={"data": {"viewer": {"login": "ada"}}})
    row = {"id": 5, "body": f"{MARKER}\nx", "html_url": "u", "user": {"login": "ada"}}
    respx.get(url__startswith=f"{base}{COMMENTS}").mock(
        side_effect=[
            httpx.ReadTimeout("slow"),
            httpx.ConnectTimeout("slow"),
            httpx.Response(200, json=[]),
            httpx.Response(200, json=[row]),
            httpx.Response(200, json=[row]),
        ]
    )
    posted = respx.post(f"{base}{COMMENTS}").mock(side_effect=httpx.ReadTimeout("slow"))
    changed = respx.patch(f"{base}/repos/acme/orders/issues/comments/5").respond(json=row)
    wanted = WANTED._replace(repository="acme/orders", with_check=False)
    publish_github(root, wanted, {"GITHUB_TOKEN": TOKEN}, policy(slept))
    assert (posted.call_count, changed.call_count) == (1, 1)


def test_waits_are_spread_and_bounded() -> None:
    assert [Policy(spread=lambda: 1.0).backoff(n) for n in range(3)] == [1.0, 2.0, 4.0]
    assert [Policy(spread=lambda: 0.0).backoff(n) for n in range(3)] == [0.5, 1.0, 2.0]
    assert retry_after(Reply(503, {"retry-after": "9" * 12}, None), 0) is None


def test_patience_is_of_all_waits_together(api: FakeGithub, slept: list[float]) -> None:
    api.faults += [Fault("GET", "/user", 429, {"retry-after": "250"})] * 9
    host = Host(api.url, {}, limited, policy(slept))
    with host.connected(), pytest.raises(NotSent, match="takes no more requests"):
        host.ask("GET", "/user")
    assert slept == [250] * 3  # of 900 seconds


def test_a_list_that_goes_in_a_circle_ends(api: FakeGithub, slept: list[float]) -> None:
    again = {"link": f'<{api.url}/list>; rel="next"'}
    api.faults += [Fault("GET", "/list", 200, again, [{"id": 1}])] * 9
    host = Host(api.url, {}, limited, policy(slept))
    with host.connected():
        assert len(list(host.pages("/list"))) <= 2


def test_requests_are_sent_within_a_connection(api: FakeGithub, slept: list[float]) -> None:
    with pytest.raises(RuntimeError):
        Host(api.url, {}, limited, policy(slept)).ask("GET", "/user")


def test_marks_are_what_github_takes() -> None:
    report = session([entry("error", "\x1b[31m" * 999 + "\u202e" * 9), entry("low")] * 700)
    rows = marks(report._replace(prefix="service/"))
    assert len(rows) == 1000
    assert {row["annotation_level"] for row in rows} == {"failure", "notice"}
    for row in rows[:3]:
        assert row["path"] == "service/app/main.py"
        assert 0 < len(row["title"]) <= 255
        assert 0 < len(row["message"].encode()) < 65_536
        assert "\x1b" not in row["message"]
    no_line = entry("error", places=())
    assert marks(session([no_line])) == []


def test_a_conclusion() -> None:
    assert conclusion(session()) == "success"
    assert conclusion(session([entry("error")], not_judged=(("x", "y"),))) == "failure"
    assert conclusion(session(not_judged=(("x", "y"),))) == "neutral"


def test_httpx_is_imported_only_to_send() -> None:
    code = "import workers.integrations.publishing.github, sys; assert 'httpx' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=CLI.parent, check=True)
    assert sending.__doc__

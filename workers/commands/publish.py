"""Commands that send a verdict to where a team works: only when asked for, never by themselves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sessions.location import find_root
from sessions.progress import doing
from workers.commands.options import (
    FINISHED,
    OPEN,
    json_option,
    only_session,
    only_session_option,
    root_option,
)
from workers.commands.printing import tell, warn

if TYPE_CHECKING:
    from workers.contract import Answer

worker_option = click.option(
    "--worker", metavar="W", help="One worker's report [default: all that were judged]."
)
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Only show what would be sent; needs no token."
)


def _session(where: Path, session: str | None) -> str:
    return only_session(where, statuses=OPEN | FINISHED) if session is None else session


def _told(answer: Answer, *, as_json: bool) -> int:
    """Print what was done; what could not be done is said on standard error, too."""
    for warning in answer.fields.get("warnings", ()) if as_json else ():
        warn(f"waggle: {warning}")
    return tell(answer, as_json=as_json)


@click.group()
def publish() -> None:
    """Send a verdict to GitHub or Linear.

    A token is read from the environment, and never written anywhere. What was sent is an event of
    the session; publishing the same again changes nothing.
    """


@publish.command()
@only_session_option
@worker_option
@click.option("--pr", type=click.IntRange(1), metavar="N", help="The pull request [of the run].")
@click.option("--repo", metavar="OWNER/NAME", help="The repository [default: of the run].")
@click.option(
    "--check-name", metavar="NAME", default="Waggle", show_default=True, help="Of the check run."
)
@click.option("--no-check", is_flag=True, help="Write the comment alone.")
@dry_run_option
@root_option
@json_option
def github(
    session: str | None,
    worker: str | None,
    pr: int | None,
    repo: str | None,
    check_name: str,
    no_check: bool,
    dry_run: bool,
    root: str | None,
    as_json: bool,
) -> int:
    """Comment on a pull request, and check its last commit.

    The comment is made once and then updated; the check run marks lines of the code. Where the
    token may write no check runs, as a personal one, a commit status says the verdict.

    Reads GH_TOKEN or GITHUB_TOKEN, GITHUB_API_URL, and of a workflow its repository and event. In a
    run for a fork, whose token only reads, nothing is sent: a warning says so, and the exit code
    is 0.
    """
    from workers.integrations.publishing.github import (
        PullRequestTarget,
        planned_github,
        publish_github,
    )

    where = find_root(root)
    chosen = _session(where, session)
    wanted = PullRequestTarget(chosen, worker, repo, pr, check_name, not no_check)
    if dry_run:
        with doing("reading the judged reports"):
            planned = planned_github(where, wanted, os.environ)
        return tell(planned, as_json=as_json)
    with doing("publishing on GitHub"):
        answer = publish_github(where, wanted, os.environ)
    return _told(answer, as_json=as_json)


@publish.command()
@only_session_option
@worker_option
@click.option("--issue", metavar="ID", required=True, help="The issue, as in LIN-123.")
@click.option(
    "--accepted-state",
    metavar="STATE",
    default="keep",
    show_default=True,
    help="Where an issue goes whose reports are all accepted.",
)
@click.option(
    "--rejected-state",
    metavar="STATE",
    default="started",
    show_default=True,
    help="Where an issue goes with a report that is not accepted.",
)
@dry_run_option
@root_option
@json_option
def linear(
    session: str | None,
    worker: str | None,
    issue: str,
    accepted_state: str,
    rejected_state: str,
    dry_run: bool,
    root: str | None,
    as_json: bool,
) -> int:
    """Comment on an issue of Linear, and bring it into a state.

    A STATE is keep, a type (backlog, unstarted, started, completed) or a name of the team's. An
    issue in triage, canceled or a duplicate is left where it is, and each verdict moves an issue
    once: whoever moves it afterwards has decided.

    Reads LINEAR_API_KEY: a personal key or an OAuth token.
    """
    from workers.integrations.publishing.linear import IssueTarget, planned_linear, publish_linear

    where = find_root(root)
    chosen = _session(where, session)
    wanted = IssueTarget(chosen, issue, worker, accepted_state, rejected_state)
    if dry_run:
        with doing("reading the judged reports"):
            planned = planned_linear(where, wanted)
        return tell(planned, as_json=as_json)
    with doing("publishing on Linear"):
        answer = publish_linear(where, wanted, os.environ)
    return _told(answer, as_json=as_json)


COMMANDS = {"publish": publish}

"""The command that maps a repository."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sessions.errors import shown
from sessions.git import commit_of
from sessions.location import find_root
from sessions.progress import doing
from workers.commands.options import json_option, root_option
from workers.commands.printing import tell


@click.command()
@root_option
@json_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    help="[default: table].",
)
@click.option("--dependencies", is_flag=True, help="List the dependencies in the table as well.")
@click.option("--base", metavar="REVISION", help="Show what changed since a commit or branch.")
@click.option("--session", metavar="ID", help="Show what changed since a session's work began.")
@click.option("--trace", metavar="FILE", help="Show what became of each call of a file.")
def survey(
    root: str | None,
    as_json: bool,
    form: str,
    dependencies: bool,
    base: str | None,
    session: str | None,
    trace: str | None,
) -> int:
    """Map the endpoints, tables and dependencies.

    Each with file and line, and what was not understood. Nothing is run, no model is asked, and the
    network is not used. With --trace, why a file's routes are found or missing: each call that
    was followed and the routes it gave, or why it gave none. With --base, the endpoints, guards,
    tables and columns that were added, removed or changed since a revision; with --session, since
    the first phase of a worker.
    """
    from workers.reporting.changes_report import changes_answer, session_answer
    from workers.reporting.survey_report import survey_answer, trace_answer

    if sum(option is not None for option in (base, session, trace)) > 1:
        raise click.UsageError("Give one of --base, --session and --trace.")
    folder = find_root(root)
    file = None if trace is None else _below(folder, trace)
    commit = None if base is None else _commit(folder, base)
    with doing("looking through the repository"):
        if base is not None and commit is not None:
            answer = changes_answer(folder, base, commit, form)
        elif session is not None:
            answer = session_answer(folder, session, form)
        elif file is None:
            answer = survey_answer(folder, form, dependencies=dependencies)
        else:
            answer = trace_answer(folder, file)
    return tell(answer, as_json=as_json or form == "json")


def _commit(root: Path, revision: str) -> str:
    commit = commit_of(root, revision)
    if commit is None:
        problem = f"git knows no commit {shown(revision)} at {root}"
        raise click.BadParameter(problem, param_hint="--base")
    return commit


def _below(root: Path, file: str) -> str:
    """Return a file as the survey names it: from the root, given from there or from here."""
    for folder in (Path.cwd(), root):
        path = Path(os.path.normpath(folder / file))
        if path.is_file() and path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    raise click.BadParameter(f"no such file below {root}: {shown(file)}", param_hint="--trace")


COMMANDS = {"survey": survey}

"""The agent of a headless phase 2: reads the repository and writes the two files.

One that is to change the code has tools for that as well (`tools`), and no shell either.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from sessions.bounds import DELIVERABLE_BYTES
from sessions.errors import NotReadable, escaped
from sessions.files import read_regular
from sessions.location import SESSIONS
from sessions.snapshots import opened
from workers.agents.fill.tools import changing_tools
from workers.agents.fill.tree import Tree
from workers.agents.limits import Spent, spent
from workers.agents.providers import capabilities
from workers.delivery.outline import MARK
from workers.render import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic_ai import Agent, Tool
    from pydantic_ai.capabilities import Hooks
    from pydantic_ai.messages import ModelResponse, ToolCallPart
    from pydantic_ai.models import ModelRequestContext
    from pydantic_ai.tools import RunContext, ToolDefinition

    from sessions.session import Session
    from workers.agents.fill import Job
    from workers.agents.fill.transcript import Transcript
    from workers.catalog import Worker

TOOLS = ("read_file", "edit_file", "write_file", "find_files", "grep")
# A worker that changes the code edits its two files as it edits the code.
_TOOLS_OF_CHANGE = ("read_file", "write_file", "find_files", "grep")
# What an agent has no business with: git's own files, and keys. Globs at any depth, in any case;
# each is held against every file that a search walks over, so that their number is time.
SECRETS = tuple(
    "**/.git **/.env* **/.ssh **/.aws **/.gnupg **/.kube **/.docker **/.netrc **/.npmrc **/.pypirc"
    " **/id_rsa* **/id_ed25519* **/credentials **/credentials.json **/secrets.[jty]*"
    " *.pem *.key *.p12 *.pfx *.jks *.keystore *.tfstate*".split()
)
_OWN_FILES = ("EVENTS.jsonl", "STATE.json", "METRICS.json", "SESSION.md")
_OWN_FOLDERS = ("workers/prompts", "workers/orchestration")
# A wrong edit is told to the model and tried again; so often in a row, then the run ends.
_TOOL_RETRIES = 20
_READ_LINES = 800
_SEARCH_RESULTS = 200


def make_agent(job: Job, transcript: Transcript, tell: Callable[[str], None]) -> Agent[None, str]:
    """Make the agent of a worker; what it says and is told goes to the transcript."""
    from pydantic_ai import Agent
    from pydantic_ai.capabilities import LocalWorkspace
    from pydantic_ai_harness import FileSystem

    session, worker, changes = job.session, job.worker, job.proofs is not None
    files = FileSystem(
        tools=list(_TOOLS_OF_CHANGE if changes else TOOLS),
        denied_patterns=denied(session, worker),
        content_hashes=False,  # nobody else writes these files
        max_read_lines=_READ_LINES,
        max_search_results=_SEARCH_RESULTS,
        max_find_results=_SEARCH_RESULTS,
        max_retries=_TOOL_RETRIES,
    )
    prompt = "prompts/change.j2" if changes else "prompts/fill.j2"
    return Agent(
        name=worker.full_name,
        instructions=render(prompt, posix=shutil.which("rg") is None).strip(),
        tools=_changing(job),
        capabilities=[
            *capabilities(job.telemetry),
            LocalWorkspace(session.root),
            files,
            _hooks(job, transcript, tell),
        ],
        retries=_TOOL_RETRIES,
    )


def _changing(job: Job) -> list[Tool[None]]:
    """Return the tools of a worker that changes the code, none for another."""
    if job.proofs is None:
        return []
    session, name = job.session, job.worker.name
    known = session.state().workers[job.worker.full_name]
    files = (session.notes_file(name), session.json_file(name))
    tree = Tree(
        session.root,
        opened(session.root, session.base_folder(name, known.base)),
        frozenset(str(file.relative_to(session.root)) for file in files),
        SECRETS,
        session.path / "workers",
    )
    return changing_tools(tree, job.proofs)


def denied(session: Session, worker: Worker) -> list[str]:
    """Return the patterns of what the agent may not even read: secrets, and the sessions' files."""
    here = f"{SESSIONS.as_posix()}/{session.id}"
    patterns = [*SECRETS, *(f"{here}/{name}" for name in (*_OWN_FILES, *_OWN_FOLDERS))]
    patterns.append(f"{here}/{session.transcript_file(worker.name).relative_to(session.path)}")
    others = os.scandir(session.root / SESSIONS)
    return patterns + [f"{SESSIONS.as_posix()}/{e.name}" for e in others if e.name != session.id]


def may_write(session: Session, worker: Worker, path: str) -> bool:
    """Tell whether a path is one of the two files, as written and with its links resolved."""
    if "\0" in path:
        return False
    root = os.path.realpath(session.root)
    real = os.path.realpath(os.path.join(root, path))  # noqa: PTH118 - an absolute path wins
    files = (session.notes_file(worker.name), session.json_file(worker.name))
    return real in {os.path.join(root, file.relative_to(session.root)) for file in files}  # noqa: PTH118


def _hooks(job: Job, transcript: Transcript, tell: Callable[[str], None]) -> Hooks[None]:
    from pydantic_ai.capabilities import Hooks
    from pydantic_ai.exceptions import ToolFailed

    session, worker = job.session, job.worker
    # What checks by itself where it writes is not checked twice.
    writing = {"write_file"} if job.proofs is not None else {"edit_file", "write_file"}
    hooks: Hooks[None] = Hooks()
    seen: dict[str, str] = {"spent": "", "doing": ""}

    def show() -> None:
        done, total = sections_done(session.notes_file(worker.name))
        tell(f"{seen['doing']}; {done} of {total} sections; {seen['spent']}")

    @hooks.on.before_model_request
    async def _keep_request(
        _run: RunContext[None], asked: ModelRequestContext
    ) -> ModelRequestContext:
        transcript.keep(list(asked.messages))
        return asked

    @hooks.on.after_model_request
    async def _keep_response(
        _run: RunContext[None], *, request_context: ModelRequestContext, response: ModelResponse
    ) -> ModelResponse:
        transcript.keep([*request_context.messages, response])
        took: Spent = spent(transcript.answers, response.model_name or "")
        seen.update(spent=took.told(), doing="thinking")
        show()
        return response

    @hooks.on.before_tool_execute
    async def _confine(
        _run: RunContext[None],
        *,
        call: ToolCallPart,
        tool_def: ToolDefinition,
        args: dict[str, Any],
    ) -> dict[str, Any]:
        session.check_job()  # whoever has it now writes, not we
        target = str(args.get("path") or args.get("pattern") or "")
        if tool_def.name in writing and not may_write(session, worker, target):
            other = " Change code by edit_file and create_file." if job.proofs is not None else ""
            raise ToolFailed(f"Only the two files of your task may be changed so.{other}")
        seen["doing"] = f"{call.tool_name} {escaped(target)[-60:]}"
        show()
        return args

    return hooks


def sections_done(notes: Path) -> tuple[int, int]:
    """Count the level 2 sections of the notes in which no instruction is left, and all of them."""
    try:
        text = read_regular(notes, DELIVERABLE_BYTES).decode("utf-8", "replace")
    except (OSError, NotReadable):
        return 0, 0
    sections = ("\n" + text).split("\n## ")[1:]
    return sum(MARK.search(section) is None for section in sections), len(sections)

"""Codes R: what stopped the program (see sessions/errors.py)."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "R01": Code(
        "The system refused something",
        "A file or folder cannot be read or written.",
        "a full disk, a folder without write permission",
        "free the disk or fix the permissions, then run the command again",
    ),
    "R02": Code(
        "A name or option is malformed",
        "Ids become folder names on every system.",
        "--session ../x",
        "--session 2026-01-31-09-00-orders",
    ),
    "R03": Code(
        "The root is not there",
        "Everything is read and written below it.",
        "--root of a folder that does not exist",
        "--root with the repository's folder",
    ),
    "R04": Code(
        "There is no such session",
        "Only --setup with a task makes one.",
        "--output --session with a name that was never set up",
        "an id from `session list`",
    ),
    "R05": Code(
        "The worker was never set up in this session",
        "Phase 3 judges what phase 1 prepared.",
        "--output before --setup",
        "--setup first",
    ),
    "R06": Code(
        "The worker has no task",
        "A session of its own needs the Queen's prompt for this worker.",
        "--setup of a new session without --task",
        "--task TEXT, --task-file FILE, or `-` for standard input",
    ),
    "R07": Code(
        "The worker already has another task",
        "Overwriting it would lose what is being worked on.",
        "--setup with another --task for the same session",
        "--fresh to keep the old files aside, or another session",
    ),
    "R08": Code(
        "The session is damaged",
        "A file or folder of it is not what the program wrote.",
        "a link in place of a folder",
        "move it away and run --setup again",
    ),
    "R09": Code(
        "The session is busy",
        "Another process writes to it; the lock is free at once when that process ends.",
        "two commands at the same moment, one of them stopped",
        "run the command again",
    ),
    "R10": Code(
        "A file is not a readable regular file",
        "Links, pipes, devices and files over the limit are not read.",
        "--task-file with a folder",
        "a plain file",
    ),
    "R11": Code(
        "A check failed inside",
        "What it looks at was not checked; that is a fault of this program.",
        "an input that nobody thought of",
        "report it, with the two files",
    ),
    "R12": Code(
        "Another program made the session",
        "Its files are read, and never rewritten without being asked.",
        "log in a session of an earlier program",
        "doctor --session ID --fix takes it over and keeps the old files",
    ),
    "R13": Code(
        "No such blocker, escalation or handoff",
        "Only what is open can be resolved or accepted, by its id.",
        "unblock B3 when B3 was a handoff",
        "status lists what is open",
    ),
    "R14": Code(
        "The session is paused or archived",
        "Somebody stopped it on purpose; work in it would not be looked at.",
        "--setup in a paused session",
        "session resume ID",
    ),
    "R15": Code(
        "The archive is damaged",
        "Its content does not match the digests that it carries.",
        "an archive that was cut while it was copied",
        "take another copy of it",
    ),
    "R16": Code(
        "A model cannot be used here",
        "Its package, key, login or name is missing; no credential is ever read or stored.",
        "--model anthropic:... without ANTHROPIC_API_KEY",
        "what `models` says to install or set, or another --model",
    ),
    "R17": Code(
        "A model gave no answer that can be used",
        "The service was down or overloaded, or the answer empty, cut or of another form.",
        "a service that answers 529",
        "the same command again: it goes on where it stopped",
    ),
    "R18": Code(
        "A limit of a model's run was reached",
        "Requests, tokens, cost and time are bounded for each task.",
        "--max-requests 5 for a large repository",
        "the same command with a higher limit: it goes on where it stopped",
    ),
    "R19": Code(
        "There is no plan that can be run",
        "`run` follows workers/orchestration/plan.json of the session.",
        "a plan in which two workers wait for each other",
        "queen --task TEXT --session ID",
    ),
    "R20": Code(
        "The judge ended before its verdict",
        "It crashed, or took more time or memory than it may: nothing was accepted or rejected.",
        "a report that makes a parser run without end",
        "run it again; if it ends so again, shorten the report, and report it with the two files",
    ),
    "R21": Code(
        "A worker's folder cannot be used",
        "What a report is judged by must be whole, and the same as in phase 1.",
        "a worker.toml without a prefix; a template changed while its worker is at work",
        "repair what `workers check NAME` lists; put the folder back, or use --fresh",
    ),
    "R22": Code(
        "There is nothing to make the artefact of",
        "An artefact is made of accepted reports alone: what was not judged binds nobody.",
        "artefact api_contract while the backend worker is still at work",
        "the worker's --output first; status says how far each is",
    ),
    "R23": Code(
        "Nothing could be sent",
        "GitHub and Linear take a verdict only with a token that may write there, within limits.",
        "publish github without GITHUB_TOKEN, or with one that may not write comments",
        "set the token, give it what the message names, and publish again: nothing is sent twice",
    ),
    "R24": Code(
        "The job was taken over",
        "Of two processes that do one job only the one that took it last may write.",
        "a fleet's worker that hung longer than its lease, and goes on",
        "nothing: another worker does the job, and `status` shows which",
    ),
    "R25": Code(
        "The engine of plans cannot be used",
        "`run` and `fleet` keep what is to be done in SQLite or PostgreSQL, by DBOS.",
        "run without the extra `fleet`; --engine names a database that is not running",
        "install or start what the message names; the same command then goes on",
    ),
}

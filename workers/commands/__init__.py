"""Every command: parse, one call, print, exit code; its module is imported when it is called."""

from __future__ import annotations

from collections import UserDict
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from workers.catalog import DEFAULT, built_in
from workers.invocation import called_as

if TYPE_CHECKING:
    from click import Command


class Entry(NamedTuple):
    """A command in the list: the module that holds it, what it does, a call of it.

    `meaning` is the first sentence of the command's own help, here so that the list of all commands
    imports none of them.
    """

    module: str
    meaning: str
    example: str


HELP_COLUMNS = 78  # what click fills of 80
_AT_WORK = "--session orders --worker backend"
GROUPS: dict[str, dict[str, Entry]] = {
    "Start here": {
        "survey": Entry("survey", "Map the endpoints, tables and dependencies.", "survey"),
        "queen": Entry(
            "hive",
            "Plan a task: which workers do which part, in which order.",
            'queen --task "Audit the order service" --session orders',
        ),
        "route": Entry(
            "hive",
            "Say which workers a task is for, and which not, with the reason.",
            'route --task "Audit the order service"',
        ),
        "run": Entry("hive", "Run the workers of a session's plan.", "run --session orders"),
        "scribe": Entry(
            "scribe",
            "Merge the accepted reports of a session, and show where they contradict each other.",
            "scribe --session orders",
        ),
        "explain": Entry("tell", "Explain a problem code; without one, list all.", "explain E06"),
        "help": Entry("tell", "Show the help of a command.", "help backend"),
    },
    "Look": {
        "status": Entry(
            "status", "Show what each worker is doing, and the last verdicts.", "status"
        ),
        "watch": Entry("status", "Show the status live, until Ctrl-C.", "watch --session orders"),
        "fleet": Entry("fleet", "Run plans on several machines, by a database.", ""),
        "serve": Entry("serve", "Show the sessions in a browser, live, until Ctrl-C.", "serve"),
        "verify": Entry(
            "upkeep",
            "Check that accepted reports and the cited code are unchanged.",
            "verify --session orders",
        ),
        "approve": Entry(
            "prove",
            "Record the owner's approval of what a verdict lists under needs_approval.",
            f'approve {_AT_WORK} W16 --by NAME --reason "asked for"',
        ),
        "artefact": Entry(
            "artefact",
            "Print what accepted reports hand on: API, migrations, test data, deploy notes.",
            "artefact api_contract --session orders",
        ),
        "report": Entry(
            "report",
            "Render judged reports for people and other programs.",
            "report --session orders --format markdown",
        ),
        "publish": Entry("publish", "Send a verdict to GitHub or Linear.", ""),
        "cost": Entry("install", "Count the tokens that an agent pays for Waggle's texts.", "cost"),
    },
    "Sessions": {
        "session": Entry("session", "List, show, pause, archive and remove sessions.", ""),
        "doctor": Entry("upkeep", "Check sessions against their event logs.", "doctor"),
    },
    "For agents": {
        "next": Entry(
            "status",
            "Show a worker its task, its files and its next command.",
            f"next {_AT_WORK}",
        ),
        "log": Entry(
            "protocol",
            "Record an event, or a batch of events.",
            f"log {_AT_WORK} --event code_analyzed --target app/orders.py",
        ),
        "heartbeat": Entry("protocol", "Record a sign of life.", f"heartbeat {_AT_WORK}"),
        "progress": Entry(
            "protocol",
            "Record what was done, and what comes next.",
            f'progress "read app/, next: the tables" {_AT_WORK}',
        ),
        "block": Entry(
            "protocol",
            "Report what keeps a worker from going on.",
            f'block "no schema in the repository" {_AT_WORK}',
        ),
        "unblock": Entry(
            "protocol", "Close a blocker.", f'unblock B7 "it is in db/schema.sql" {_AT_WORK}'
        ),
        "escalate": Entry(
            "protocol", "Ask for a decision.", f'escalate "two tables hold prices" {_AT_WORK}'
        ),
        "resolve": Entry(
            "protocol",
            "Answer an escalation or a blocker.",
            f'resolve E8 "take the new table" {_AT_WORK}',
        ),
        "handoff": Entry(
            "protocol",
            "Hand work on to another worker.",
            f'handoff "the endpoints are listed" --to frontend-worker {_AT_WORK}',
        ),
        "accept": Entry("protocol", "Accept a handoff.", f"accept H9 {_AT_WORK}"),
        "prove": Entry(
            "prove",
            "Run the owner's proofs of a change, or any command after --, and record the results.",
            f"prove {_AT_WORK} tests",
        ),
        "schema": Entry("tell", "Print the JSON Schema of a worker's JSON.", "schema backend"),
        "mcp": Entry("mcp", "Serve the commands as MCP tools, over stdio.", "mcp"),
        "hook": Entry(
            "hook", "Answer a hook of a coding agent.", "hook subagent-stop < input.json"
        ),
    },
    "Set up": {
        "install": Entry(
            "install",
            "Set up a coding agent to run the workers.",
            "install claude-code --dry-run",
        ),
        "uninstall": Entry(
            "install", "Remove from a coding agent what install added.", "uninstall claude-code"
        ),
        "workers": Entry("workers", "List the workers; show, check or make one.", "workers"),
        "models": Entry("models", "List the models that can be used here and now.", "models"),
        "health": Entry(
            "upkeep",
            "Show whether this installation works here, and what to do where it does not.",
            "health",
        ),
        "config": Entry(
            "upkeep", "Show the effective settings and where each comes from.", "config"
        ),
        "version": Entry("tell", "Print the version.", "version"),
    },
}
ENTRIES = {name: entry for group in GROUPS.values() for name, entry in group.items()}
INNER_EXAMPLES = {
    "publish github": "publish github --session orders --pr 12 --dry-run",
    "publish linear": "publish linear --session orders --issue LIN-123",
    "session list": "session list --status active",
    "session show": "session show orders",
    "session pause": "session pause orders",
    "session resume": "session resume orders",
    "session archive": "session archive orders",
    "session restore": "session restore orders.tar",
    "session prune": "session prune --older-than 30d --dry-run",
    "session delete": "session delete orders",
    "workers show": "workers show backend",
    "workers check": "workers check data-privacy",
    "workers new": "workers new data-privacy --list processors=record",
}
# Command -> the module of this package whose COMMANDS hold it. Workers are commands as well.
MODULES = {name: entry.module for name, entry in ENTRIES.items()}


def workers_listed() -> dict[str, Entry]:
    """Return our workers as the list of commands has them."""
    return {
        worker.name: Entry("worker", f"Audit {worker.summary}.", example_of(worker.name))
        for worker in built_in()
    }


def example_of(worker: str) -> str:
    """Return a call of a worker's command."""
    about = "the order service" if worker == DEFAULT else "what matters most"
    return f'{worker} --setup --task "Audit {about}"'


class LateCommands(UserDict[str, str]):
    """The commands by name, as a click group takes them: a lookup imports the one it names."""

    def __getitem__(self, name: str) -> Command:  # type: ignore[override]  # module -> command
        """Import a command; its help ends with an example that runs from where the user is."""
        module = import_module(f"workers.commands.{self.data[name]}")
        command: Command = module.COMMANDS[name]
        command.epilog = example(ENTRIES[name].example)
        inner: dict[str, Command] = getattr(command, "commands", {})
        for inner_name, inner_command in inner.items():
            inner_command.epilog = example(INNER_EXAMPLES.get(f"{name} {inner_name}", ""))
        return command


def example(words: str) -> str | None:
    """Return the last lines of a command's help: a call that runs from where the user is."""
    if not words:
        return None
    from workers.reporting.terminal import command_lines

    # click indents by two.
    lines = command_lines(f"{called_as()} {words}", HELP_COLUMNS - 2, "  ")
    return "\n".join(["\b", "Example:", *lines])


commands = LateCommands(MODULES)

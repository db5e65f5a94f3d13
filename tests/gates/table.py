"""The gates as data: what is run, on which repository, under which faults; and how to run one."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.gates import installs
from tests.gates.repositories import (
    BY,
    FOR,
    INPUT,
    archived,
    calls_log,
    calls_output,
    calls_setup,
    changed,
    changing,
    damaged,
    edited,
    empty,
    pruned,
    stopping,
    untouched,
)
from tests.kit import CLI, SESSION, TASK

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
# Between what a command finds and what it leaves, more is legal than one or the other.
STEPS = "steps"  # it records more than once
ASIDE = "aside"  # it keeps an agent's files aside
AGAIN = "again"  # run again it finds nothing more to do, and ends with 3
INPUT_READ = "input"  # it reads the repository's INPUT
LETS_GO = "lets go"  # on a fault it ends with 0 all the same, and says why
PROVES = "proves"  # it runs a proof, in a copy below the cache folder
MCP = "mcp"  # what it says is in its answers, not in its exit code


@dataclass(frozen=True)
class Gate:
    """A command that no fault may make lie or lose; run again, it recovers from any."""

    name: str
    repository: Callable[[Path], Path]
    words: tuple[str, ...]
    ends: int = 0
    traits: tuple[str, ...] = ()
    installs: bool = False
    trials: int = 0  # of each mode, at most; 0: all


ARCHIVE = f"Docs/hive-mind/archives/{SESSION}.tar"
TOLD = (INPUT_READ, MCP)
HOOK = (INPUT_READ, LETS_GO, STEPS)
CHANGE = ("--task", TASK, "--kind", "change")
# Git and the proof make hundreds of calls that are none of ours.
SAMPLED = 8
SURVEY = ("--task", TASK, "--model", "survey")
GATES = (
    Gate("setup, new", empty, ("backend", "--setup", *FOR, "--task", TASK)),
    Gate("setup, again", edited, ("backend", "--setup", *FOR)),
    Gate("setup, fresh", edited, ("backend", "--setup", *FOR, "--fresh"), 0, (ASIDE,)),
    Gate("output, rejected", untouched, ("backend", "--output", *FOR), 1),
    Gate("output, accepted", edited, ("backend", "--output", *FOR)),
    Gate("setup, change", changing, ("backend", "--setup", *FOR, *CHANGE), trials=2 * SAMPLED),
    Gate("prove", changed, ("prove", *BY), 0, (PROVES, STEPS), trials=SAMPLED),
    Gate(
        "output, proves", changed, ("backend", "--output", *FOR), 1, (PROVES, STEPS), trials=SAMPLED
    ),
    Gate("run, survey", empty, ("backend", "--run", *FOR, *SURVEY), 0, (STEPS, ASIDE)),
    Gate("queen", empty, ("queen", *FOR, "--task", TASK, "--model", "none")),
    Gate("log", edited, ("log", *BY, "--event", "progress", "--target", "routes")),
    Gate("handoff", edited, ("handoff", "the API is settled", *BY, "--to", "frontend-worker")),
    Gate("archive", edited, ("session", "archive", SESSION)),
    *(Gate(*row, installs=True) for row in installs.GATES),
    Gate("restore", pruned, ("session", "restore", ARCHIVE), 0, (STEPS,)),
    Gate("prune", archived, ("session", "prune", "--older-than", "0s")),
    Gate("delete", edited, ("session", "delete", SESSION, "--yes", "--force"), 0, (AGAIN,)),
    Gate("doctor, fix", damaged, ("doctor", "--fix"), 0, (ASIDE,)),
    Gate("hook", stopping, ("hook", "subagent-stop"), 2, HOOK),
    Gate("mcp, setup", calls_setup, ("mcp",), 0, TOLD),
    Gate("mcp, output", calls_output, ("mcp",), 0, TOLD),
    Gate("mcp, log", calls_log, ("mcp",), 0, TOLD),
)


@dataclass(frozen=True)
class Mode:
    """A kind of fault; `recovers`: the command is run again on what each one left."""

    name: str
    options: tuple[str, ...]
    recovers: bool = False


MODES = (
    Mode("kill", ("--mode", "kill"), recovers=True),
    Mode("error", ("--mode", "error")),
    Mode("torn", ("--mode", "torn"), recovers=True),
    Mode("power", ("--mode", "power")),
    Mode("full", ("--mode", "full")),
    Mode("power, posix", ("--mode", "power", "--fs", "posix")),
)


EVERY_FAULT = Mode("all", ("--mode", "kill,error,torn,power,full"), recovers=True)


@dataclass(frozen=True)
class Outcome:
    """What crashtest or racetest said; `sampled`: it was asked to leave trials out."""

    name: str
    mode: str
    code: int
    output: str
    sampled: bool = False

    @property
    def counts(self) -> tuple[int, int]:
        """The numbers of trials and of those violated."""
        trials, violated = self.output.strip().splitlines()[-1].split(", ")
        return int(trials.split()[0]), int(violated.split()[0])

    @property
    def passed(self) -> bool:
        """Whether trials were run, all that were asked for, and none violated."""
        trials, violated = self.counts
        whole = "NOT RUN" not in self.output and "NOT HIT" not in self.output
        return bool(trials) and not violated and (self.code == 0 or (self.sampled and whole))


# A fault counts the calls of each process. The judge's child opens files as it imports: what it
# imports is there before, so that it never comes to the call that is meant for its caller.
_PRELOADED = """
import runpy, sys
sys.path.insert(0, sys.argv.pop(1))
import workers.phases.verdict
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def crash(
    gate: Gate, mode: Mode, root: Path, *, program: Path = CLI, options: tuple[str, ...] = ()
) -> Outcome:
    """Run a gate's command under a kind of fault, on copies of a repository."""
    command = [sys.executable, str(program), *gate.words]
    if "--output" in gate.words:
        command = [sys.executable, "-c", _PRELOADED, str(program.parent), *command[1:]]
    if PROVES in gate.traits:
        command = ["sh", "-c", 'XDG_CACHE_HOME="$TMPDIR/cache" exec "$0" "$@"', *command]
    if INPUT_READ in gate.traits:
        command = ["sh", "-c", f'exec "$0" "$@" < {INPUT}', *command]
    check = [sys.executable, str(HERE / "check_session.py")]
    recover = [*check, "recover", *command]
    acknowledged = [sys.executable, str(HERE / "acknowledged.py")]
    if gate.installs:
        check, recover, acknowledged = installs.judges(command)
    words = [sys.executable, str(HERE / "crashtest.py"), "--template", str(root)]
    words += ["--check", shlex.join(check), "--no-traceback"]
    words += ["--ack-check", shlex.join(acknowledged)]
    words += ["--expect-rc", str(gate.ends), "--env", f"GATE_ENDS={gate.ends}"]
    words += ["--env", f"GATE_BARE={installs.bare(root)}"]
    words += ["--env", f"GATE_TRAITS={','.join(gate.traits)}", "--env", "WAGGLE_ALLOW_PROOFS=1"]
    if gate.trials and "--max-trials" not in options:
        options = ("--max-trials", str(gate.trials), *options)
    if mode.recovers:
        words += ["--recover", shlex.join(recover)]
    run = _run([*words, *mode.options, *options, "--", *command], root.parent)
    return Outcome(gate.name, mode.name, *run, sampled="--max-trials" in options)


def _run(command: list[str], scratch: Path) -> tuple[int, str]:
    tool, *rest = command[1:]
    run = subprocess.run(
        [command[0], tool, "--scratch", str(scratch), *rest],
        # Without a cache: a command must make the same calls each time that it is run.
        env={**os.environ, "XDG_CACHE_HOME": os.devnull},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout


@dataclass(frozen=True)
class Racer:
    """One of the commands that run at once; `event` with `target` is what it adds, if anything."""

    words: tuple[str, ...]
    event: str | None = None
    target: str = ""


def _logs(number: int) -> Racer:
    target = f"{number}-" + "{i}"
    return Racer(("log", *BY, "--event", "progress", "--target", target), "progress", target)


RACERS = (
    _logs(0),
    Racer(("backend", "--setup", *FOR), "setup_completed"),
    _logs(2),
    Racer(("status", *FOR, "--json")),
    _logs(4),
    Racer(("backend", "--output", *FOR), "output_accepted", "backend_output.json"),
    _logs(6),
    Racer(("status", *FOR, "--json")),
)


def race(
    processes: int, rounds: int, root: Path, *, program: Path = CLI, options: tuple[str, ...] = ()
) -> Outcome:
    """Run the racers at once on copies of a repository."""
    commands = [[sys.executable, str(program), *racer.words] for racer in RACERS]
    words = [sys.executable, str(HERE / "racetest.py"), "--template", str(root)]
    words += ["--check", shlex.join([sys.executable, str(HERE / "check_race.py")])]
    words += ["-n", str(processes), "-m", str(rounds), "--no-traceback"]
    for command in commands[1:]:
        words += ["--alt", shlex.join(command)]
    run = _run([*words, *options, "--", *commands[0]], root.parent)
    return Outcome("race", f"{processes} x {rounds} {' '.join(options)}".strip(), *run)

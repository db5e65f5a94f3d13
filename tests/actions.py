"""A composite action, run as GitHub does: its conditions, variables and scripts."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


class Ended(NamedTuple):
    """What came of an action: each step's script that ran, its output, what was uploaded."""

    failed: bool
    outputs: dict[str, str]
    summary: str
    log: str
    ran: list[str]
    uploaded: list[Path]


def read(file: Path) -> Any:
    """Return a document of YAML as GitHub reads it: `on` is a key, not a truth value."""
    document = yaml.safe_load(file.read_text("utf-8"))
    if True in document:
        document["on"] = document.pop(True)
    return document


def action_faults(action: dict[str, Any]) -> list[str]:
    """Return what is unsafe, or not run, in a composite action."""
    faults = []
    for number, step in enumerate(action["runs"]["steps"]):
        if "run" in step:
            if "${{" in step["run"]:
                faults.append(f"step {number}: an expression inside a script")
            if step.get("shell") != "bash":
                faults.append(f"step {number}: no shell")
        elif not _PINNED.fullmatch(step.get("uses", "")):
            faults.append(f"step {number}: not pinned to a commit")
    return faults


def workflow_faults(workflow: dict[str, Any], granted: dict[str, str]) -> list[str]:
    """Return what is unsafe in a workflow; `granted` is what its one job may do at most."""
    (job,) = workflow["jobs"].values()
    faults = []
    if workflow.get("permissions") != {"contents": "read"} or job.get("permissions") != granted:
        faults.append("permissions")
    if set(workflow["on"]) != {"pull_request"}:
        faults.append("runs for other events")
    if "timeout-minutes" not in job:
        faults.append("no timeout")
    for step in job["steps"]:
        uses = step.get("uses", "")
        if not uses.startswith("./") and not _PINNED.fullmatch(uses):
            faults.append(f"{uses} is not pinned to a commit")
        if "checkout" in uses and step.get("with", {}).get("persist-credentials") is not False:
            faults.append("the token stays in the work tree")
        if "${{" in step.get("run", ""):
            faults.append("an expression inside a script")
    return faults


def run_action(
    action: dict[str, Any], root: Path, temp: Path, inputs: dict[str, str], github: dict[str, Any]
) -> Ended:
    """Run the steps in a repository; of what is used only the files that it gets are noted."""
    temp.mkdir()
    known: dict[str, Any] = {"github": github, "steps": {}, "inputs": {}}
    for name, one in action["inputs"].items():
        known["inputs"][name] = inputs.get(name, _filled(str(one.get("default", "")), known))
    summary = temp / "summary.md"
    summary.touch()
    log, ran, uploaded, failed = "", [], [], False
    for number, step in enumerate(action["runs"]["steps"]):
        if failed or not _is_true(step.get("if", "true"), known):
            known["steps"][step.get("id", str(number))] = {"outcome": "skipped", "outputs": {}}
            continue
        ran.append(step["name"])
        output = temp / f"output-{number}"
        output.touch()
        outcome = "success"
        if "uses" in step:
            uploaded = sorted(Path(_filled(step["with"]["sarif_file"], known)).glob("*.sarif"))
            outcome = str(github.get("upload", "success"))
        else:
            env = {name: _filled(value, known) for name, value in step["env"].items()}
            env |= {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
            env |= {"RUNNER_TEMP": str(temp), "CI": "true", "GITHUB_ACTIONS": "true"}
            ended = _run(step["run"], root, env)
            log += ended.stdout.decode() + ended.stderr.decode()
            outcome = "failure" if ended.returncode else "success"
        failed = outcome == "failure" and not step.get("continue-on-error")
        lines = [line.partition("=") for line in output.read_text("utf-8").splitlines()]
        outputs = {name: value for name, _, value in lines}
        known["steps"][step.get("id", str(number))] = {"outcome": outcome, "outputs": outputs}
    made = {name: _filled(one["value"], known) for name, one in action["outputs"].items()}
    return Ended(failed, made, summary.read_text("utf-8"), log, ran, uploaded)


def _run(script: str, root: Path, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Run a script as the runner does."""
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    passed = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        command, cwd=root, env={**passed, **env}, capture_output=True, check=False, timeout=300
    )


def _filled(text: str, known: dict[str, Any]) -> str:
    return _EXPRESSION.sub(lambda match: str(_value(match[1], known)), text)


def _is_true(condition: str, known: dict[str, Any]) -> bool:
    """Evaluate what conditions here are made of: `&&`, `!`, `==` with a text."""
    for part in _filled(condition, known).split("&&"):
        left, equal, right = part.strip().partition(" == ")
        value = _value(left.removeprefix("!"), known)
        if equal:
            value = str(value) == right.strip("'")
        if bool(value) == left.startswith("!"):
            return False
    return True


def _value(path: str, known: dict[str, Any]) -> Any:
    value: Any = True if path == "true" else known
    for name in [] if path == "true" else path.split("."):
        value = value.get(name, "") if isinstance(value, dict) else ""
    return value

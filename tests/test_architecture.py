"""The house: arrows point one way, imports are late, rooms are small, lists are whole."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit import CLI, PROJECT, SESSION, TASK, fill_in, waggle
from workers.catalog import WORKERS
from workers.checks import CHECKS
from workers.codes import CODES, FAMILIES

LAYERS = {
    "workers.commands": 4,
    "workers.run": 4,
    "workers.queen": 4,
    "workers.opinion": 3,
    "workers.telemetry": 3,
    "workers.schedule": 3,
    "workers.fill": 3,
    "workers.cost": 3,
    "workers.gate": 3,
    "workers.install": 3,
    "workers.mcp_server": 3,
    "workers.mcp_tools": 3,
    "workers.prepare": 3,
    "workers.finish": 3,
    "workers.review": 3,
    "workers.reports": 3,
    "workers.session_reports": 3,
    "workers.receipt": 3,
    "workers.status": 3,
    "workers.upkeep": 3,
    "workers.protocols": 2,
    "workers.scores": 3,
    "workers.coverage": 3,
    "workers.providers": 2,
    "workers.checks": 2,
    "workers.mapped": 1,
    "workers.draft": 3,
    "workers.survey_report": 3,
    "workers.survey": 1,
    "workers.rules": 3,
    "workers.evidence": 1,
    "workers.outline": 1,
    "workers.delivery": 1,
    "workers.notes": 1,
    "workers.notes_reader": 1,
    "workers.source": 1,
    "workers.sql": 1,
    "workers.proposals": 1,
    "workers.declared": 1,
    "workers.repository": 1,
    "workers.render": 1,
    "workers.transcripts": 1,
    "workers.json_lines": 1,
    "workers.plan": 1,
    "workers.invocation": 0,
    "workers.prompts": 0,
    "workers.limits": 0,
    "workers.checklists": 0,
    "workers": 0,
    "workers.__init__": 0,
    "workers.codes": 0,
    "workers.contract": 0,
    "workers.catalog": 0,
    "workers.deliverables": 0,
}
MODULES = [
    file.relative_to(PROJECT)
    for folder in ("workers", "sessions")
    for file in sorted((PROJECT / folder).rglob("*.py"))
]


def imports(file: Path) -> set[str]:
    """Return the modules of ours that a file imports, wherever it does."""
    tree = ast.parse((PROJECT / file).read_text("utf-8"))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module in {"workers", "workers.checks"}:
            named |= {f"{node.module}.{alias.name}" for alias in node.names}
    return named


def layer(module: str) -> int:
    parts = module.split(".")
    return LAYERS[".".join(parts[:2])]


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_arrows_point_one_way(file: Path) -> None:
    module = ".".join(file.with_suffix("").parts)
    for imported in imports(file):
        assert imported != "cli", f"{module} imports cli"
        if module.startswith("sessions"):
            assert not imported.startswith("workers"), f"{module} imports {imported}"
        elif imported.startswith("workers.") and imported != "workers.__version__":
            assert layer(imported) <= layer(module), f"{module} imports {imported}"


@pytest.mark.parametrize("file", [*MODULES, Path("cli.py")], ids=str)
def test_a_room_is_small_enough_to_be_seen(file: Path) -> None:
    lines = (PROJECT / file).read_text("utf-8").count("\n")
    assert lines <= 400, "make it a folder"


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_nobody_catches_everything(file: Path) -> None:
    text = (PROJECT / file).read_text("utf-8")
    # A check that fails inside; a hook, which must not take the agent's session down; the survey,
    # which reads whatever a repository holds and must not take phase 1 down.
    allowed = 1 if file.name in {"review.py", "hook.py", "reading.py", "mapping.py"} else 0
    assert len(re.findall(r"except(?: Exception\b[^:]*)?:", text)) == allowed


PROBE = """
import json, runpy, sys
sys.argv = ["cli.py", *json.loads(sys.argv[1])]
sys.path.insert(0, {cli!r}.removesuffix("cli.py"))
try:
    runpy.run_path({cli!r}, run_name="__main__")
except SystemExit as end:
    code = end.code
heavy = (
    "pydantic_ai", "httpx", "httpx2", "rich", "jinja2", "pydantic", "markdown_it", "socket",
    "tree_sitter",
)
print(json.dumps([code, [name for name in heavy if name in sys.modules]]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "code", "allowed"),
    [
        (["--help"], 0, set()),
        (["backend", "--help"], 0, set()),
        (["--version"], 0, set()),
        (["explain"], 0, set()),
        (["schema", "backend"], 0, set()),
        (["session", "list"], 0, set()),
        (["models"], 0, set()),
        (["queen", "--help"], 0, set()),
        (["run", "--help"], 0, set()),
        (["queen", "--task", TASK, "--model", "none"], 0, {"jinja2", "pydantic"}),
        (["backend", "--setup", "--session", SESSION], 0, {"jinja2"}),
        (["backend", "--setup", "--task", TASK], 0, {"jinja2"}),
        (
            ["backend", "--output", "--session", SESSION],
            0,
            {"pydantic", "markdown_it", "tree_sitter"},
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_imports_only_what_it_needs(
    set_up: Path, arguments: list[str], code: int, allowed: set[str]
) -> None:
    fill_in(set_up, SESSION)
    probe = PROBE.format(cli=str(CLI))
    command = [sys.executable, "-P", "-c", probe, json.dumps(arguments)]
    run = subprocess.run(command, cwd=set_up, capture_output=True, text=True, check=False)
    ended, imported = json.loads(run.stderr.splitlines()[-1])
    assert ended == code, run.stderr
    # Jinja, markdown-it and Pydantic bring urllib and with it the module socket; none is opened.
    assert set(imported) - {"socket"} <= allowed


def test_importing_does_nothing() -> None:
    names = [".".join(file.with_suffix("").parts) for file in MODULES]
    modules = ", ".join(name.removesuffix(".__init__") for name in names)
    command = [sys.executable, "-c", f"import {modules}, cli"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


def test_a_hostile_module_beside_the_user_is_not_imported(set_up: Path) -> None:
    for name in ("json", "click", "workers", "sessions", "jinja2"):
        (set_up / f"{name}.py").write_text("open('PWNED', 'w')\n")
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    assert run.returncode == 1, run.stderr
    assert not (set_up / "PWNED").exists()


@pytest.mark.parametrize("worker", WORKERS, ids=lambda worker: worker.name)
def test_a_worker_has_templates_model_and_help(worker: object, root: Path) -> None:
    from workers.deliverables import report_model

    name = worker.name  # type: ignore[attr-defined]
    folder = PROJECT / "templates" / name
    assert {file.name for file in folder.iterdir()} == {
        "notes.md.j2",
        "output.json.j2",
        "output.schema.json",
        "survey.md.j2",
    }
    assert report_model(name).model_fields
    for called in (name, f"{name}-worker"):
        assert waggle(called, "--help", cwd=root).returncode == 0


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_has_a_title(check: object) -> None:
    title = (check.__doc__ or "").strip().split("\n")[0]
    assert title.endswith(".")
    assert len(title) < 90


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_explained(code: str) -> None:
    entry = CODES[code]
    assert re.fullmatch(r"[A-Z][0-9]{2}", code)
    assert code[0] in FAMILIES
    for text in (entry.title, entry.why, entry.wrong, entry.right):
        assert text.strip()
    assert not entry.title.endswith(".")


def test_every_code_is_used() -> None:
    source = "".join((PROJECT / file).read_text("utf-8") for file in [*MODULES, Path("cli.py")])
    for code in CODES:
        assert len(re.findall(f'"{code}"', source)) > 1, f"{code} is told by nobody"


def test_templates_are_cheap() -> None:
    folder = PROJECT / "templates" / "backend"
    both = [(folder / name).read_text("utf-8") for name in ("notes.md.j2", "output.json.j2")]
    assert sum(map(len, both)) / 4 < 3000


def test_every_top_level_entry_is_wanted() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not listed:
        pytest.skip("not a git checkout")
    assert {name.split("/")[0] for name in listed} == {
        ".ci", ".gitignore", "AGENTS.md", "CHANGELOG.md", "LICENSE", "Makefile", "README.md",
        "benchmarks", "cli.py", "constraints.txt", "launch.py", "pyproject.toml", "sessions",
        "templates", "tests", "workers",
    }  # fmt: skip


def _patterns(file: Path) -> list[str]:
    """Return the regular expressions that stand literally in a file."""
    tree = ast.parse((PROJECT / file).read_text("utf-8"))
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id == "re" and node.args:
            argument = node.args[0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.append(argument.value)
    return found


def _has_nested_repeat(parsed: object, *, inside: bool = False) -> bool:
    """Tell whether an unbounded repeat holds another one: the shape that can take for ever."""
    for operation, argument in parsed:  # type: ignore[attr-defined]
        name = str(operation)
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            _, most, inner = argument
            unbounded = str(most) == "MAXREPEAT"
            if (unbounded and inside) or _has_nested_repeat(inner, inside=inside or unbounded):
                return True
        elif name == "SUBPATTERN":
            if _has_nested_repeat(argument[3], inside=inside):
                return True
        elif name == "BRANCH" and any(
            _has_nested_repeat(branch, inside=inside) for branch in argument[1]
        ):
            return True
    return False


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_no_regular_expression_has_nested_quantifiers(file: Path) -> None:
    from re import _parser  # type: ignore[attr-defined]

    for pattern in _patterns(file):
        assert not _has_nested_repeat(_parser.parse(pattern)), pattern


def test_the_test_for_nested_quantifiers_sees_one() -> None:
    from re import _parser  # type: ignore[attr-defined]

    assert _has_nested_repeat(_parser.parse(r"(\w+\s?)+$"))
    assert not _has_nested_repeat(_parser.parse(r"(?:\w{1,10} )+[a-z]*"))


def test_lists_that_are_kept_twice_for_speed_are_equal() -> None:
    from typing import get_args

    from workers.checklists import CRITERIA
    from workers.checks.endpoints import METHODS
    from workers.deliverables import backend, forms

    assert set(get_args(backend.Method)) == METHODS
    criterion = forms.CompletionCriterion.model_fields["criterion"].annotation
    assert get_args(criterion) == CRITERIA

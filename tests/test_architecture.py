"""The house: arrows point one way, imports are late, rooms are small, lists are whole."""

from __future__ import annotations

import ast
import graphlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.each import for_each, parsed
from tests.kit import CLI, PROJECT, SESSION, TASK, fill_in, waggle
from workers.catalog import Worker, built_in
from workers.codes import CODES, COMPARED, FAMILIES
from workers.review.checks import CHECKS

# Folder -> its rooms by floor, top floor first: a room imports from the floors below its own,
# inside a function or for a type as well. Rooms of one floor do not know each other.
FLOORS = {
    "workers": (
        "commands",
        "integrations",
        "fleet",
        "phases",
        "reporting",
        "hive",
        "agents",
        "review",
        "claims rules",
        "proofs",
        "readers",
        "delivery survey",
        "deliverables repository",
        "codes invocation render sql",
        "brief catalog",
        "clients contract handing sql_names worker_file",
    ),
    "workers.deliverables": (
        "template report",
        "profile record",
        "report_parts",
        "entries",
        "finding_claims",
        "forms kinds wcag",
    ),
    "workers.fleet": (
        "executor",
        "shared",
        "local",
        "engine",
        "workflows",
        "clones leases phases tidying",
        "ordering waiting",
        "places",
        "following jobs processes requests serializing",
        "granting unattended",
    ),
    "workers.fleet.clones": (
        "home",
        "publishing",
        "remotes",
        "joining",
        "copies",
        "checkout renewing",
        "refs",
        "bare contents merging",
        "addresses",
    ),
    "workers.integrations": (
        "cost gate health publishing web",
        "mcp_server witness",
        "answers install mcp_messages mcp_resources mcp_tools transcripts",
    ),
    "workers.integrations.publishing": (
        "github linear",
        "checks comments",
        "annotations github_api journal linear_api pull_request",
        "sending",
    ),
    "workers.integrations.gate": ("rulings", "whose", "stops"),
    "workers.integrations.web": (
        "serving",
        "application",
        "pages",
        "answering fleet following guard listing",
        "access logs showing",
    ),
    "workers.integrations.transcripts": (
        "calls",
        "lines",
        "claude codex copilot qwen",
        "gemini",
        "messages",
    ),
    "workers.integrations.install.targets": (
        "codex vscode",
        "claude_code copilot cursor gemini_cli github opencode qwen_code skill",
        "frames waiting",
        "content",
    ),
    "workers.integrations.witness": (
        "testimony",
        "comparing transcript",
        "searches stated",
        "commands seen",
    ),
    "workers.phases": (
        "requests",
        "checked run",
        "finish prepare reported",
        "carrying judged proving",
        "one_report",
        "approving artefact beginning linking prefill scribing task verdict works",
        "accepted changed contents out_file since",
        "receipt",
    ),
    "workers.reporting": (
        "changes_report fleet_report reports session_reports survey_report synthesis text",
        "excerpts",
        "formats",
        "artefacts inert",
        "foreign meant terminal",
    ),
    "workers.reporting.formats": (
        "as_json gitlab html junit linear openapi sarif",
        "github",
        "markdown texts",
        "cutting links",
        "judgement",
    ),
    "workers.reporting.formats.html": (
        "page",
        "change",
        "entries",
        "figures highlighting",
        "pictures",
    ),
    "workers.reporting.artefacts": (
        "deploy_notes example_rows openapi",
        "schema_change",
        "json_schemas paths tables",
        "accepted",
    ),
    "workers.hive": (
        "roster upkeep",
        "queen scribe status",
        "status_text routing",
        "coordination outcomes plan running",
    ),
    "workers.hive.scribe": (
        "synthesis",
        "actions blockers comparing examined quotations",
        "findings quoted",
        "kinds",
        "contradiction values",
        "account",
    ),
    "workers.agents": ("fill opinion summary", "providers", "limits prompts telemetry"),
    "workers.claims": (
        "ledger",
        "kinds",
        "changed columns findings named tables",
        "access statuses",
        "endpoints",
        "keys manifests symbols",
        "declared_tables partial",
        "clauses declarations ground handlers",
        "unread_changes",
        "claim names paths",
        "citations",
    ),
    "workers.claims.kinds": (
        "contrast pipeline source state suite token",
        "accessibility client_route component coverage_figure gap option",
        "environment figures image module modules monitor risk screens secret suites vulnerability",
        "declared graph places",
    ),
    "workers.readers": (
        "files",
        (
            "calls circleci client_routes components compose coverage dockerfile dotenv figures"
            " colours github_actions gitlab_ci imports kubernetes markup prometheus terraform"
            " tokens weaknesses"
        ),
        "blocks documents hcl scripts",
        "declared unread",
    ),
    "workers.readers.client_routes": ("places trees", "route"),
    "workers.readers.components": ("react svelte vue", "patterns types", "component"),
    "workers.readers.coverage": ("json_reports lcov xml_reports", "figures"),
    "workers.readers.markup": ("html jsx", "aids element"),
    "workers.proofs": (
        "running",
        "allowing pinning",
        "copying record",
        "counts covering definitions junit processes sandbox weakened",
        "sides",
        "matching selection",
        "descent suites",
    ),
    "workers.proofs.suites": (
        "annotated elixir go php python ruby rust script",
        "bodies",
        "trees",
        "suite",
    ),
    "workers.review": (
        "review",
        "coverage order scores silences",
        "checks",
    ),
    "workers.review.checks": (
        "consistent handoffs names quality ratings schema task worth",
        "answers artefacts claims complete entries grounded proofs shown",
        "assertions caps changes",
    ),
    "workers.review.checks.entries": (
        "form_claims technologies",
        "artefacts forms migrations names passwords standards",
    ),
    "workers.rules": (
        "report",
        "api data migrations rating secrets security",
        "queries",
        "citable ground",
        "trees",
    ),
    "workers.delivery": (
        "proposals",
        "delivery",
        "json_citations",
        "meant",
        "outline",
        "finding_ids notes_reader",
        "renumbered",
        "json_lines notes parsers",
        "dialects openapi",
        "citation",
    ),
    "workers.delivery.dialects": (
        "faults postgresql sqlite",
        "heads lexing stand_ins",
    ),
    "workers.repository": (
        "repository line_kinds work",
        "words",
        "apart comment_lines encoding file_kinds import_lines names reflogs source stamps",
        "line_hashes store",
    ),
    "workers.survey": (
        "comparison revisions tracing",
        "mapping",
        "cache processes reading unread",
        "asides",
        "jobs",
        "contracts dependencies endpoints technologies",
        "languages",
        "tables",
        "found route_paths syntax walk yaml_nodes",
        "grammars",
    ),
    "workers.survey.endpoints": (
        "files framework_rules silent tracing",
        "frameworks",
        "decorated_classes django_views framework nest_applications nest_guards",
        "route_details",
        "guards",
        "follower python_source script_source",
        "modules python_flow routing script_flow",
        "python_expressions script_expressions",
        "statements",
    ),
    "workers.survey.tables": (
        "languages",
        "prisma python_tables script_tables sql_files",
        (
            "alembic django_migrations django_tables drizzle knex kysely mikro mongoose sequelize"
            " sqlalchemy typeorm"
        ),
        (
            "django_models mikro_entities mongoose_paths mongoose_source query_interface"
            " sqlalchemy_columns"
        ),
        "django_apps history python_helpers script_source sql_source",
        "python_classes python_source",
        "django_library expressions naming plurals sql_blocks sql_statements",
        "replay",
    ),
    "workers.survey.technologies": (
        "ecosystems imports languages",
        "compiled documents python script",
        "technology",
    ),
    "workers.survey.dependencies": ("compose runtime", "manifests"),
    "sessions": (
        "removal",
        "archive doctor",
        "session",
        "folders",
        "derived packed settings",
        "attempts location snapshots state_json",
        "state",
        "fence job_state suggesting",
        "details events leftovers worktrees",
        "lock",
        "addresses files git progress secrets",
        "bounds errors",
        "asking patterns",
    ),
    "sessions.snapshots": ("base", "trees", "taking", "ignoring layout trust", "place"),
}
MODULES = [
    file.relative_to(PROJECT)
    for folder in ("workers", "sessions")
    for file in sorted((PROJECT / folder).rglob("*.py"))
]


NAMES = {".".join(file.with_suffix("").parts).removesuffix(".__init__"): file for file in MODULES}


each_module = for_each(MODULES)


def imports(source: str, *, types: bool = True) -> set[str]:
    """Return our modules that a source imports, also in functions and, with `types`, for types."""
    named = set()
    for node in ast.walk(parsed(source)) if types else _without_types(parsed(source)):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            named |= {name if name in NAMES else str(node.module) for name in inner}
    return named


def _without_types(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what is in a tree, without what is there for a checker of types."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            waiting.extend(ast.iter_child_nodes(node))


def wrong_arrows(module: str, source: str) -> list[str]:
    """Return what is wrong with a module's imports, as sentences."""
    wrong = []
    for imported in sorted(imports(source)):
        if imported == "cli":
            wrong.append(f"{module} imports cli, which nobody may")
        if module.startswith("sessions") and imported.startswith("workers"):
            wrong.append(f"{module} imports {imported}: sessions know no worker")
        for folder, floors in FLOORS.items():
            if not (module.startswith(f"{folder}.") and imported.startswith(f"{folder}.")):
                continue
            room, other = (name[len(folder) + 1 :].split(".")[0] for name in (module, imported))
            floor = {name: number for number, row in enumerate(floors) for name in row.split()}
            for name in (room, other):
                if name not in floor:
                    place = f"{folder}.{name}".replace(".", "/")
                    wrong.append(f'say in FLOORS["{folder}"] on which floor {place} lives')
                    break
            else:
                if room != other and floor[other] <= floor[room]:
                    wrong.append(f"{module} imports {imported}, which is not below it")
    return wrong


@each_module
def test_arrows_point_down(file: Path) -> None:
    module = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
    assert wrong_arrows(module, (PROJECT / file).read_text("utf-8")) == []


@pytest.mark.parametrize(("folder", "floors"), FLOORS.items(), ids=lambda value: str(value)[:30])
def test_every_room_has_its_floor(folder: str, floors: tuple[str, ...]) -> None:
    rooms = {
        name[len(folder) + 1 :].split(".")[0] for name in NAMES if name.startswith(folder + ".")
    }
    listed = [name for row in floors for name in row.split()]
    assert sorted(listed) == sorted(rooms), f'say in FLOORS["{folder}"] where each room lives'


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("workers.reporting.reports", "from workers.integrations.gate import read_stop"),
        ("workers.reporting.reports", "def f():\n    from workers.phases import run"),
        ("workers.review.review", "from workers.phases.finish import finish"),
        ("workers.claims.citations", "import workers.review.checks.entries.names"),
        ("workers.survey.walk", "from workers.survey.mapping import survey"),
        ("workers.survey.walk", "from workers.survey import tables"),
        ("workers.delivery.notes", "from workers.survey.found import Survey"),
        ("workers.toy", "from workers.catalog import built_in"),
        ("sessions.state", "from sessions.doctor import examine"),
        ("sessions.state", "from workers.catalog import Worker"),
        ("workers.contract", "if TYPE_CHECKING:\n    from workers.codes import CODES"),
        ("workers.run", "import cli"),
    ],
)
def test_a_wrong_arrow_is_seen(module: str, source: str) -> None:
    assert wrong_arrows(module, source)


def test_no_import_goes_round_in_a_circle() -> None:
    graph = {
        name: imports((PROJECT / file).read_text("utf-8"), types=False) & NAMES.keys()
        for name, file in NAMES.items()
    }
    graphlib.TopologicalSorter(graph).prepare()  # raises what names the modules of a circle


@for_each([*MODULES, Path("cli.py")])
def test_a_room_is_small_enough_to_be_seen(file: Path) -> None:
    lines = (PROJECT / file).read_text("utf-8").count("\n")
    assert lines <= 400, "make it a folder"


@each_module
def test_nobody_catches_everything(file: Path) -> None:
    text = (PROJECT / file).read_text("utf-8")
    # A check that fails inside; a hook, which must not take the agent's session down; the survey,
    # which reads whatever a repository holds and must not take phase 1 down; a parser, whose fault
    # leaves its block undecided; a child process, which tells its caller that it failed; what an
    # agent left in its transcript, which decides over no report.
    catching = (
        "review.py hook.py reading.py mapping.py parsers.py sql.py apart.py testimony.py".split()
    )
    allowed = 1 if file.name in catching else 0
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
    "tree_sitter", "starlette", "uvicorn",
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
        (["serve", "--help"], 0, set()),
        (["queen", "--task", TASK, "--model", "none"], 0, {"jinja2", "pydantic"}),
        (["scribe", "--session", SESSION], 1, {"pydantic", "markdown_it"}),
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


@pytest.mark.parametrize("worker", built_in(), ids=lambda worker: worker.name)
def test_a_worker_has_templates_model_and_help(worker: Worker, root: Path) -> None:
    from workers.deliverables import profile_of, report_model

    for kind in worker.kinds:
        files = {"notes.md.j2", "output.schema.json"}
        by_rule = {"survey.md.j2"} if profile_of(worker, kind).rules else set()
        assert {file.name for file in (worker.folder / kind).iterdir()} == files | by_rule
        assert report_model(worker, kind).model_fields
    for called in (worker.name, worker.full_name):
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
    assert COMPARED[code[0]]
    for text in (entry.title, entry.why, entry.wrong, entry.right):
        assert text.strip()
    assert not entry.title.endswith(".")


@pytest.mark.parametrize("worker", built_in(), ids=lambda worker: worker.name)
@pytest.mark.parametrize(("kind", "tokens"), [("analysis", 3000), ("change", 1500)])
def test_templates_are_cheap(worker: Worker, kind: str, tokens: int) -> None:
    from workers.deliverables.template import VALUES, json_text, notes_text

    if kind not in worker.kinds:
        pytest.skip(f"{worker.name} has no tasks of the kind {kind}")
    values = dict.fromkeys(VALUES, "/home/ada/shop/some/path")
    both = [notes_text(worker, kind, **values), json_text(worker, kind, **values)]
    assert sum(map(len, both)) / 4 < tokens


def test_every_top_level_entry_is_wanted() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not listed:
        pytest.skip("not a git checkout")
    assert {name.split("/")[0] for name in listed} == {
        ".ci", ".gitignore", ".pre-commit-hooks.yaml", "AGENTS.md", "CHANGELOG.md", "LICENSE",
        "Makefile", "README.md", "SECURITY.md", "benchmarks", "cli.py", "docs", "launch.py",
        "pyproject.toml", "requirements", "sessions", "templates", "tests", "workers",
    }  # fmt: skip


def _patterns(file: Path) -> list[str]:
    """Return the regular expressions that stand literally in a file."""
    tree = parsed((PROJECT / file).read_text("utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _is_of_patterns(node.func):
            argument = node.args[0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.append(argument.value)
    return found


def _is_of_patterns(called: ast.expr) -> bool:
    """Tell whether a call is one of `re`, or of what puts its compiling off."""
    if isinstance(called, ast.Attribute):
        return isinstance(called.value, ast.Name) and called.value.id == "re"
    return isinstance(called, ast.Name) and called.id == "lazy_pattern"


@each_module
def test_no_pattern_is_compiled_by_an_import(file: Path) -> None:
    body = parsed((PROJECT / file).read_text("utf-8")).body
    outside = [node for node in body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    texts = [ast.unparse(node) for node in outside]
    assert not [text for text in texts if "re.compile(" in text], "write lazy_pattern(...)"


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


@each_module
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

    from workers.claims.paths import METHODS
    from workers.deliverables.entries import endpoint

    assert set(get_args(endpoint.Method)) == METHODS

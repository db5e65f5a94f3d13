"""Lists are whole: what exists is listed, what is listed exists, and a sentence says what to do.

Checks and codes are read from the source, so that a fault can be planted without being run.
"""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.changes.kinds import KINDS
from tests.kit import PROJECT, SAMPLES, copy_sample
from tests.planting import FAULTS, base_of, delivery_in, lay_out
from workers.agents.providers import EXTRAS, PROVIDERS, Provider
from workers.catalog import built_in
from workers.codes import FAMILIES
from workers.deliverables import profile_of
from workers.review.checks import changes, checks_of, proofs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Sources = dict[str, str]

CHECKS_FOLDER = "workers/review/checks"
CODES_FOLDER = "workers/codes"
# A file with more codes of a family that has one of its own.
FURTHER_FILES = {"witness": "changes", "engineering": "claims"}
REAL: Sources = {
    file.relative_to(PROJECT).as_posix(): file.read_text("utf-8")
    for folder in ("workers", "sessions")
    for file in sorted((PROJECT / folder).rglob("*.py"))
}


def checks_are_listed(sources: Sources) -> Iterator[str]:
    """Every function that yields problems is in the CHECKS of its folder, once."""
    for folder, modules in _folders(sources):
        listed = _names_in(sources[f"{folder}/__init__.py"], "CHECKS")
        there = [
            f"{name}.{function}"
            for name, source in modules.items()
            for function in _functions_that_yield_problems(source)
        ]
        for name in there:
            if listed.count(name) != 1:
                how = "once" if name in listed else f"or {name} judges nothing"
                yield f"list {name} in CHECKS of {folder}/__init__.py, {how}"
        for name in listed:
            if name not in there and not name.startswith("*"):
                yield f"{name} in CHECKS of {folder}/__init__.py yields no problems: take it out"


def checks_of_folders_are_listed(sources: Sources) -> Iterator[str]:
    """The checks of every folder below are in CHECKS."""
    listed = _names_in(sources[f"{CHECKS_FOLDER}/__init__.py"], "CHECKS")
    for folder, _ in _folders(sources):
        name = folder.rsplit("/", 1)[-1]
        if folder != CHECKS_FOLDER and f"*{name}.CHECKS" not in listed:
            yield f"list *{name}.CHECKS in CHECKS of {CHECKS_FOLDER}/__init__.py"


def codes_are_known(sources: Sources) -> Iterator[str]:
    """Every code that a problem or an error carries is in CODES."""
    known = _known_codes(sources)
    for name, source in sources.items():
        for code in _codes_in(source) if not name.startswith(CODES_FOLDER) else ():
            if code not in known:
                file = f"{CODES_FOLDER}/{FAMILIES[code[0]].replace(' ', '_')}.py"
                yield f"explain {code} in {file}: {name} tells it"


def codes_are_told(sources: Sources) -> Iterator[str]:
    """Every code of CODES is told by somebody."""
    told = {
        code
        for name, source in sources.items()
        if not name.startswith(CODES_FOLDER)
        for code in _codes_in(source)
    }
    for code in _known_codes(sources):
        if code not in told:
            yield f"nobody tells {code}: tell it, or keep its number out of CODES for good"


def families_are_listed(sources: Sources) -> Iterator[str]:
    """Every file of codes is one of the modules that CODES is made of, its letter in FAMILIES."""
    listed = _names_in(sources[f"{CODES_FOLDER}/__init__.py"], "_MODULES")
    for name, source in sources.items():
        module = Path(name).stem
        if name.startswith(CODES_FOLDER) and "\nCODES" in source and module != "__init__":
            if module not in listed:
                yield f"list {module} in _MODULES of {CODES_FOLDER}/__init__.py"
            letters = {code[0] for code in _codes_in(source)}
            family = FURTHER_FILES.get(module, module)
            if {FAMILIES.get(letter, "").replace(" ", "_") for letter in letters} != {family}:
                yield f"{name} holds the codes of one letter, which FAMILIES says is {module}"


def _folders(sources: Sources) -> Iterator[tuple[str, Sources]]:
    """Yield each folder of checks with its modules."""
    folders: dict[str, Sources] = {}
    for name, source in sources.items():
        if name.startswith(f"{CHECKS_FOLDER}/"):
            path = Path(name)
            modules = folders.setdefault(path.parent.as_posix(), {})
            if path.stem != "__init__":
                modules[path.stem] = source
    yield from folders.items()


def _functions_that_yield_problems(source: str) -> list[str]:
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.returns is not None
        and re.search(r"\bProblem\]", ast.unparse(node.returns))
    ]


def _names_in(source: str, variable: str) -> list[str]:
    """Return the names in a tuple, or the values of a dictionary, that a module assigns."""
    for node in ast.parse(source).body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        if [ast.unparse(target) for target in targets] == [variable]:
            value = getattr(node, "value", None)
            rows = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [])
            return [ast.unparse(row) for row in rows]
    raise AssertionError(f"there is no {variable}")


def _codes_in(source: str) -> list[str]:
    letters = "".join(FAMILIES)
    return list(dict.fromkeys(re.findall(rf'"([{letters}][0-9]{{2}})"', source)))


def _known_codes(sources: Sources) -> list[str]:
    return [
        code
        for name, source in sources.items()
        if name.startswith(CODES_FOLDER)
        for code in re.findall(r'^    "([A-Z][0-9]{2})": Code\(', source, re.MULTILINE)
    ]


LISTS: tuple[Callable[[Sources], Iterator[str]], ...] = (
    checks_are_listed,
    checks_of_folders_are_listed,
    codes_are_known,
    codes_are_told,
    families_are_listed,
)


@pytest.mark.parametrize("rule", LISTS, ids=lambda rule: rule.__name__)
def test_a_list_is_whole(rule: Callable[[Sources], Iterator[str]]) -> None:
    assert list(rule(REAL)) == []


# A small house in which nothing is missing, to plant gaps in.
_CHECK = """
def {name}(delivery: Delivery) -> Iterator[Problem]:
    yield problem("{code}", "message", "hint")


def _helper(delivery: Delivery) -> Iterator[Problem]: ...
"""
WHOLE: Sources = {
    f"{CHECKS_FOLDER}/__init__.py": (
        "CHECKS: tuple[Check, ...] = (\n    quality.priorities_differ,\n    *toy.CHECKS,\n)\n"
    ),
    f"{CHECKS_FOLDER}/quality.py": _CHECK.format(name="priorities_differ", code="Q01"),
    f"{CHECKS_FOLDER}/toy/__init__.py": "CHECKS = (tables.tables_stand,)\n",
    f"{CHECKS_FOLDER}/toy/tables.py": _CHECK.format(name="tables_stand", code="K01"),
    f"{CODES_FOLDER}/__init__.py": "_MODULES = (\n    claims,\n    quality,\n)\n",
    f"{CODES_FOLDER}/claims.py": '\nCODES = {\n    "K01": Code(\n    ),\n}\n',
    f"{CODES_FOLDER}/quality.py": '\nCODES = {\n    "Q01": Code(\n    ),\n}\n',
}
GAPS = {
    "a check taken out of CHECKS": (
        f"{CHECKS_FOLDER}/__init__.py",
        ("    quality.priorities_differ,\n", ""),
        (
            f"list quality.priorities_differ in CHECKS of {CHECKS_FOLDER}/__init__.py,"
            " or quality.priorities_differ judges nothing"
        ),
    ),
    "a check listed twice": (
        f"{CHECKS_FOLDER}/__init__.py",
        ("    quality.priorities_differ,\n", "    quality.priorities_differ,\n" * 2),
        f"list quality.priorities_differ in CHECKS of {CHECKS_FOLDER}/__init__.py, once",
    ),
    "a worker's check taken out": (
        f"{CHECKS_FOLDER}/toy/__init__.py",
        ("tables.tables_stand,", ""),
        (
            f"list tables.tables_stand in CHECKS of {CHECKS_FOLDER}/toy/__init__.py,"
            " or tables.tables_stand judges nothing"
        ),
    ),
    "a check that was never listed": (
        f"{CHECKS_FOLDER}/quality.py",
        ("\ndef priorities", "\ndef new(d: Delivery) -> Iterator[Problem]: ...\n\ndef priorities"),
        f"list quality.new in CHECKS of {CHECKS_FOLDER}/__init__.py, or quality.new judges nothing",
    ),
    "a check that is not there": (
        f"{CHECKS_FOLDER}/toy/__init__.py",
        ("tables.tables_stand,", "tables.tables_stand, tables.old"),
        f"tables.old in CHECKS of {CHECKS_FOLDER}/toy/__init__.py yields no problems: take it out",
    ),
    "a folder of checks that nobody runs": (
        f"{CHECKS_FOLDER}/__init__.py",
        ("    *toy.CHECKS,\n", ""),
        f"list *toy.CHECKS in CHECKS of {CHECKS_FOLDER}/__init__.py",
    ),
    "an invented code": (
        f"{CHECKS_FOLDER}/quality.py",
        ('    yield problem("Q01"', '    yield problem("Q07", "", "")\n    yield problem("Q01"'),
        f"explain Q07 in {CODES_FOLDER}/quality.py: {CHECKS_FOLDER}/quality.py tells it",
    ),
    "a code that nobody tells": (
        f"{CODES_FOLDER}/quality.py",
        ('    "Q01": Code(', '    "Q07": Code(\n    ),\n    "Q01": Code('),
        "nobody tells Q07: tell it, or keep its number out of CODES for good",
    ),
    "a file of codes that nobody takes": (
        f"{CODES_FOLDER}/__init__.py",
        ("    quality,\n", ""),
        f"list quality in _MODULES of {CODES_FOLDER}/__init__.py",
    ),
}


def test_a_whole_house_is_seen_as_whole() -> None:
    assert [told for rule in LISTS for told in rule(WHOLE)] == []


@pytest.mark.parametrize("gap", GAPS)
def test_a_gap_is_told_by_one_list_alone(gap: str) -> None:
    file, (old, new), sentence = GAPS[gap]
    assert WHOLE[file].count(old) == 1
    planted = {**WHOLE, file: WHOLE[file].replace(old, new)}
    assert [told for rule in LISTS for told in rule(planted)] == [sentence]


# Checks that no folder of tests/deliveries can set off, and where they are tested.
WITHOUT_A_FOLDER = {
    "the_task_is_spoken_of": "needs a task: tests/test_cheats.py",
    "accepted_handoffs_are_used": "needs a session: tests/test_handoffs.py",
    "proposed_migrations_follow_another": "needs migrations in Python: tests/test_migrations.py",
    "findings_cite_lines_of_their_own": "needs many findings: tests/test_quality.py",
    "findings_are_not_variations": "needs many findings: tests/test_quality.py",
    "plain_passwords_are_not_hashed_there": "needs code that hashes: tests/test_passwords.py",
    "columns_are_those_of_the_map": "needs a library that brings a table: tests/test_claims.py",
}


# Codes of reports on changes that no scenario of benchmarks/changes brings about.
WITHOUT_A_SCENARIO = {
    "W27": "needs a machine without a sandbox: tests/test_proofs_sandbox.py",
}


def test_every_code_of_a_change_has_a_scenario() -> None:
    told = {code for name in (changes, proofs) for code in _codes_in(inspect.getsource(name))}
    played = {
        code for kind in KINDS for scenario in kind.scenarios for code in scenario.answer.codes
    }
    assert {code for code in told - played if code[0] == "W"} == WITHOUT_A_SCENARIO.keys()


@pytest.mark.slow
def test_every_check_has_a_delivery(tmp_path: Path) -> None:
    checks = {check for worker in built_in() for check in checks_of(profile_of(worker))}
    of_changes = (changes.__name__, proofs.__name__)
    silent = {check.__name__: check for check in checks if check.__module__ not in of_changes}
    roots = {base: copy_sample(tmp_path / base, sample) for base, sample in SAMPLES.items()}
    for fault in FAULTS:
        root = roots[base_of(fault)]
        lay_out(root, fault)
        delivery = delivery_in(root)
        silent = {
            name: check for name, check in silent.items() if next(check(delivery), None) is None
        }
        if silent.keys() <= WITHOUT_A_FOLDER.keys():
            break
    assert silent.keys() <= WITHOUT_A_FOLDER.keys(), (
        "put a folder with one fault for each of these into tests/deliveries,"
        " or say in WITHOUT_A_FOLDER why not"
    )


def extras() -> dict[str, list[str]]:
    """Return the packages that each extra of Pydantic AI needs."""
    found: dict[str, list[str]] = {}
    for line in requires("pydantic-ai-slim") or ():
        match = re.match(r"([\w.-]+).*; extra == '([\w-]+)'", line)
        if match:
            found.setdefault(match[2], []).append(match[1])
    return found


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.prefix)
def test_a_provider_is_whole(provider: Provider) -> None:
    prefix, module = provider.prefix, provider.module
    extra = EXTRAS.get(module, module)
    packages = extras().get(extra, [])
    assert module.replace(".", "-") in packages, (
        f"the extra {extra} of Pydantic AI brings {packages}, not {module}: correct the module of"
        f" {prefix} in PROVIDERS, or name its extra in EXTRAS"
    )
    ours = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    optional = ours["project"]["optional-dependencies"]
    assert optional.get(extra) == [f"pydantic-ai-slim[{extra}]"], (
        f"name the extra {extra} under optional-dependencies in pyproject.toml"
    )
    source = find_spec(f"pydantic_ai.providers.{prefix}")
    assert source is not None, f"Pydantic AI knows no provider {prefix}: correct it in PROVIDERS"
    text = Path(str(source.origin)).read_text("utf-8")
    for variable in provider.variables:
        assert variable in text, f"Pydantic AI's {prefix} does not read {variable}"
    assert provider.example.startswith(f"{prefix}:")
    docs = [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")]
    told = any(f"`{prefix}:" in file.read_text("utf-8") for file in docs)
    assert told, f"say in docs/agents.md that `{prefix}:...` can be used"

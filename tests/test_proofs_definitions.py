"""What the owner lets run: read from a tree, a mistake told and never guessed at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sessions.errors import BadInput, NotReadable
from tests.proving import git, write
from workers.proofs.definitions import (
    MOST_PROOFS,
    RUNNERS_FILES,
    Proof,
    command,
    definitions,
    definitions_from,
    matching,
)

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE = """
model = "x"
[[proof]]
name = "tests"
run = "pytest -q"
timeout_seconds = 60
protected = ["tests/**"]
pinned = ["./pytest.ini"]
link = [".venv", "node_modules/"]
min_tests = 2
covers = ["app/**"]
required = false
network = true
coverage = true

[[proof]]
name = "lint"
run = "sh scripts/lint.sh && make lint"
min_tests = 0
"""


def reading(files: dict[str, str | bytes]) -> Callable[[str], bytes | None]:
    def read(name: str) -> bytes | None:
        text = files.get(name)
        return text.encode() if isinstance(text, str) else text

    return read


def test_all_keys_are_read() -> None:
    listed = definitions(reading({"waggle.toml": WHOLE}))
    assert listed.objections == ()
    assert listed.source == "waggle.toml"
    tests, lint = listed.proofs
    assert tests == Proof(
        name="tests",
        run="pytest -q",
        timeout_seconds=60,
        protected=("tests/**",),
        pinned=("pytest.ini",),
        link=(".venv", "node_modules"),
        min_tests=2,
        covers=("app/**",),
        required=False,
        network=True,
        coverage=True,
    )
    assert lint.timeout_seconds == 600
    assert lint.required
    assert set(RUNNERS_FILES) < set(lint.pinned)
    assert {"scripts/lint.sh", "**/Makefile"} <= set(lint.pinned)


def test_a_digest_names_the_definition() -> None:
    tests, lint = definitions(reading({"waggle.toml": WHOLE})).proofs
    assert tests.digest != lint.digest
    assert tests.digest == Proof(**tests._asdict()).digest
    assert tests._replace(min_tests=1).digest != tests.digest
    assert tests.digest.startswith("sha256:")


def test_pyproject_is_read_where_waggle_toml_has_none() -> None:
    text = '[tool.waggle]\nmodel = "x"\n[[tool.waggle.proof]]\nname = "a"\nrun = "true"\n'
    listed = definitions(reading({"pyproject.toml": text}))
    assert [proof.name for proof in listed.proofs] == ["a"]
    assert listed.source == "pyproject.toml"
    both = definitions(reading({"pyproject.toml": text, "waggle.toml": WHOLE}))
    assert [proof.name for proof in both.proofs] == ["tests", "lint"]
    silent = definitions(reading({"pyproject.toml": text, "waggle.toml": "stale_seconds = 3\n"}))
    assert silent.source == "pyproject.toml"


@pytest.mark.parametrize("files", [{}, {"waggle.toml": ""}, {"pyproject.toml": "[project]\n"}])
def test_none_is_none(files: dict[str, str | bytes]) -> None:
    assert definitions(reading(files)) == ((), (), "")


BROKEN = {
    'name = "a"': "run is missing",
    'run = "true"': "name is missing",
    'name = "a b"\nrun = "true"': "name is 'a b'",
    'name = "a"\nrun = ""': "run is ''",
    'name = "a"\nrun = 3': "run is '3'",
    'name = "a"\nrun = "true"\ntimeout = 3': "unknown key 'timeout'",
    'name = "a"\nrun = "true"\ntimeout_seconds = 0': "timeout_seconds is '0'",
    'name = "a"\nrun = "true"\ntimeout_seconds = true': "timeout_seconds is 'True'",
    'name = "a"\nrun = "true"\nmin_tests = -1': "min_tests is '-1'",
    'name = "a"\nrun = "true"\nprotected = "tests"': "protected is no list",
    'name = "a"\nrun = "true"\nprotected = ["/etc"]': "protected holds '/etc'",
    'name = "a"\nrun = "true"\nprotected = ["a/../b"]': "protected holds 'a/../b'",
    'name = "a"\nrun = "true"\nlink = ["../b"]': "link holds '../b'",
    'name = "a"\nrun = "true"\nlink = ["*"]': "link holds '*'",
    'name = "a"\nrun = "true"\nlink = [".git"]': "link holds '.git'",
    'name = "a"\nrun = "true"\nnetwork = 1': "network is '1'",
}


@pytest.mark.parametrize(("text", "message"), BROKEN.items())
def test_a_mistake_is_told_with_its_table(text: str, message: str) -> None:
    good = '[[proof]]\nname = "z"\nrun = "true"\n'
    listed = definitions(reading({"waggle.toml": f"{good}[[proof]]\n{text}\n"}))
    assert [proof.name for proof in listed.proofs] == ["z"]
    (objection,) = listed.objections
    assert objection.table == 2
    assert objection.message.startswith(message)
    assert objection.hint.endswith(".") or objection.hint.endswith("?")
    assert objection.line.startswith("[[proof]] number 2: ")


@pytest.mark.parametrize(
    "text",
    [
        "[[proof",
        b"\xff\xfe",
        "proof = 3",
        '[proof]\nname = "a"\nrun = "true"',
        "a = " + "[" * 200 + "]" * 200,
        "# " + "x" * 2_000_000,
    ],
)
def test_a_file_that_cannot_be_read_is_told(text: str | bytes) -> None:
    listed = definitions(reading({"waggle.toml": text}))
    assert listed.proofs == ()
    assert [objection.table for objection in listed.objections] == [0]


def test_names_are_given_once_and_lists_end() -> None:
    table = '[[proof]]\nname = "a"\nrun = "true"\n'
    listed = definitions(reading({"waggle.toml": table * 2}))
    assert [objection.message for objection in listed.objections] == ["the name 'a' is taken"]
    many = "".join(f'[[proof]]\nname = "a{n}"\nrun = "true"\n' for n in range(MOST_PROOFS + 3))
    listed = definitions(reading({"waggle.toml": many}))
    assert len(listed.proofs) == MOST_PROOFS
    assert len(listed.objections) == 1


def test_a_file_of_another_repository_is_read_at_its_commit(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.mkdir()
    git(policy, "init", "--quiet")
    write(policy, {"rules/waggle.toml": WHOLE})
    git(policy, "add", "--all")
    git(policy, "commit", "--quiet", "-m", "x")
    commit = git(policy, "rev-parse", "HEAD").strip()
    write(policy, {"rules/waggle.toml": ""})
    listed = definitions_from(f"../policy@{commit[:9]}:rules/waggle.toml", tmp_path / "policy")
    assert [proof.name for proof in listed.proofs] == ["tests", "lint"]
    assert listed.source == f"../policy@{commit}:rules/waggle.toml"
    for wrong in ("policy", "policy@main", "policy:x"):
        with pytest.raises(BadInput):
            definitions_from(wrong, tmp_path)
    for absent in ("policy@0000000:x", f"policy@{commit}:nothing", f"none@{commit}:x"):
        with pytest.raises(NotReadable):
            definitions_from(absent, tmp_path)


def test_a_command_is_not_locked() -> None:
    proof = command("true", link=[".venv", ".venv"])
    assert not proof.is_locked
    assert proof.link == (".venv",)
    assert proof.min_tests == 0


MATCHES = [
    ("tests/**", "tests/a/b.py", True),
    ("tests/**", "src/tests/b.py", False),
    ("**/conftest.py", "conftest.py", True),
    ("**/conftest.py", "a/b/conftest.py", True),
    ("**/conftest.py", "a/myconftest.py", False),
    ("pytest.ini", "pytest.ini", True),
    ("pytest.ini", "a/pytest.ini", False),
    ("*.py", "a.py", True),
    ("*.py", "a/b.py", False),
    ("tests", "tests/a/b.py", True),
    ("tests/", "tests/a.py", True),
    ("tests", "tests2/a.py", False),
    ("**/*.spec.?s", "a/b.spec.ts", True),
    ("a[12].py", "a2.py", True),
    ("a[!12].py", "a2.py", False),
    ("a.c", "abc", False),
    ("**", "a/b", True),
    ("src/**/test_*.py", "src/test_a.py", True),
    ("**/jest.config.*", "x/jest.config.mjs", True),
]


@pytest.mark.parametrize(("pattern", "path", "is_meant"), MATCHES)
def test_patterns_name_paths(pattern: str, path: str, is_meant: bool) -> None:
    assert (matching((pattern,), [path]) == [path]) is is_meant


def test_a_hostile_pattern_is_matched_in_time() -> None:
    assert matching(("**/" * 90 + "x",), ["a/" * 100 + "b"]) == []

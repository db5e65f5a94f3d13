from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.survey import dependencies
from workers.survey.dependencies.manifests import READERS

CASE = Path(__file__).parent / "survey_dependencies"


def facts() -> dict[str, list[dict[str, Any]]]:
    files = {file.relative_to(CASE).as_posix(): file for file in CASE.rglob("*") if file.is_file()}
    return {
        name: json.loads(json.dumps(dependencies.extract(name, file.read_bytes())))
        for name, file in files.items()
        if dependencies.concerns(name, file.read_bytes())
    }


def test_what_a_repository_needs_is_named_with_its_line() -> None:
    found, missed = dependencies.resolve(facts())
    assert [(one.kind, one.name, one.version, one.file, one.line) for one in found] == [
        ("development package", "pytest", ">=8", "pyproject.toml", 6),
        ("host", "https://api.stripe.com:8443", None, "app/main.py", 18),
        ("host", "https://mail.host.io", None, "app/mail.ts", 4),
        ("package", "fastapi", ">=0.110", "pyproject.toml", 3),
        ("package", "httpx", "0.28.1", "pyproject.toml", 3),
        ("queue", "bullmq", None, "app/mail.ts", 1),
        ("queue", "celery", None, "app/main.py", 4),
        ("service", "db", "postgres:18", "compose.yml", 2),
        ("service", "web", None, "compose.yml", 6),
        ("variable", "APP_MODE", None, "app/main.py", 8),
        ("variable", "MAIL_FROM", None, "app/mail.ts", 3),
        ("variable", "SHOP_DATABASE_URL", None, "app/main.py", 14),
        ("variable", "STRIPE_KEY", None, "app/main.py", 7),
    ]
    assert [(one.file, one.reason) for one in missed] == [
        ("package.json", "it is not a well-formed manifest (JSONDecodeError)")
    ]


def test_no_value_is_kept() -> None:
    assert "hunter2" not in json.dumps(facts())


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("requirements.txt", "# no\n-r other.txt\nDjango==5.2 ; x\nfoo @ https://u:p@h/x\n",
         [("package", "Django", "==5.2"), ("package", "foo", None)]),
        ("Pipfile", '[packages]\nflask = "*"\n', [("package", "flask", "*")]),
        ("setup.cfg", "[options]\ninstall_requires =\n  click>=8\n",
         [("package", "click", ">=8")]),
        ("package.json", '{"dependencies": {"pg": "^8"}}', [("package", "pg", "^8")]),
        ("composer.json", '{"require": {"php": "8", "a/b": "1"}}', [("package", "a/b", "1")]),
        ("go.mod", "module x.io/y\nrequire (\n\tgithub.com/a/b v1.2.0\n\tg.co/c v1 // indirect\n)",
         [("package", "github.com/a/b", "v1.2.0")]),
        ("pom.xml", ("<dependency><artifactId>junit</artifactId><version>4</version>"
         "<scope>test</scope></dependency>"), [("development package", "junit", "4")]),
        ("Gemfile", "gem 'rails', '~> 7.1'\n", [("package", "rails", "~> 7.1")]),
        ("Dockerfile", "FROM python:3.11 AS base\nFROM base\n", [("base image", "python", "3.11")]),
    ],
)  # fmt: skip
def test_each_manifest_is_read(file: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    found = dependencies.extract(file, text.encode())
    assert [(one["kind"], one["name"], one["version"]) for one in found] == expected


@pytest.mark.parametrize("name", [*READERS, "requirements.txt", "compose.yml", "a.py", "a.ts"])
@given(st.binary(max_size=200))
def test_foreign_text_never_raises(name: str, source: bytes) -> None:
    facts = {name: dependencies.extract(name, source)}
    found, _ = dependencies.resolve(facts)
    assert all(one.file == name and one.line > 0 for one in found)

"""Readers of what is declared beside routes and tables: what they understand, and what they leave.

Each text is read whole or says what was left; nothing that is read is computed.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.kit import PROJECT
from workers.readers import dockerfile, weaknesses
from workers.readers.calls import doing_on
from workers.readers.declared import Declared, image_parts
from workers.readers.figures import line_of_figure
from workers.readers.files import READERS, declared
from workers.readers.hcl import Unclosed, body
from workers.readers.imports import IMPORTERS, imports_in

SERVICES = PROJECT / "tests" / "workers"

DOCKERFILE = r"""# escape=\
ARG V=3.12
ARG EXTRA
FROM --platform=$BUILDPLATFORM python:${V}-slim AS base
ENV A=1 \
    # between the lines
    B="x y"
ENV OLD some value
RUN <<END
USER nobody
EXPOSE 99
END
USER app:app
FROM base
COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin
COPY --from=base /srv /srv
EXPOSE 8000 9000-9002/tcp
HEALTHCHECK --interval=30s CMD true
"""


def read(file: str, text: str) -> Declared:
    known = declared(file, text)
    assert known is not None
    return known


def test_a_dockerfile_is_read_by_its_stages() -> None:
    known = read("docker/app.Dockerfile", DOCKERFILE)
    first, last, copied = known.containers
    assert (first.image, first.owner, first.user) == ("python:3.12-slim", "base", "app:app")
    assert first.healthcheck is False
    assert first.ports == frozenset()
    assert (last.image, last.user, last.healthcheck) == (first.image, "app:app", True)
    assert last.ports == {8000, 9000, 9001, 9002}
    assert copied.image == "ghcr.io/astral-sh/uv:0.5"
    values = {each.name: (each.value, each.line) for each in known.variables}
    assert values == {
        "V": ("3.12", 2),
        "EXTRA": ("", 3),
        "A": ("1", 5),
        "B": ("x y", 7),
        "OLD": ("some value", 8),
    }
    assert known.unread == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("FROM $BASE\n", "computed"),
        ("ARG BASE\nFROM ${BASE}\n", "computed"),
        ("FROM a:${V:+1}\n", "computed"),
        ("FROM a\nUSER $WHO\n", "user is computed"),
        ("FROM a\nEXPOSE $PORT\n", "port is computed"),
        ("FROM a\nINCLUDE+ b\n", "no instruction"),
        ("FROM {{ base }}\n", "template"),
        ("RUN true\n", "no FROM"),
        ("FROM a\nONBUILD RUN true\n", "ONBUILD"),
    ],
)
def test_a_dockerfile_says_what_it_leaves(text: str, reason: str) -> None:
    assert any(reason in gap.reason for gap in read("Dockerfile", text).unread)


@pytest.mark.parametrize("name", ["dockerfile.ts", "Dockerfile.md", "x/Dockerfile.dockerignore"])
def test_what_is_only_called_so_is_no_dockerfile(name: str) -> None:
    assert dockerfile.FILES.search(name) is None


def test_a_pipeline_extends_and_merges() -> None:
    text = """\
.base: &base
  image: {name: "python:3.12"}
  needs: [lint]
lint:
  script: [ruff check]
test:
  <<: *base
  script: [a, b]
pages:
  extends: .base
  script: [c]
other:
  extends: .elsewhere
  script: [d]
variables:
  MODE: {value: fast, description: x}
"""
    known = read(".gitlab-ci.yml", text)
    jobs = {job.name: job for job in known.jobs}
    assert set(jobs) == {".base", "lint", "test", "pages", "other"}
    assert jobs["test"].images == jobs["pages"].images == ("python:3.12",)
    assert jobs["test"].needs == jobs["pages"].needs == ("lint",)
    assert jobs["test"].steps == 2
    assert [gap.line for gap in known.unread_of("jobs")] == [12]
    assert {each.name: each.value for each in known.variables} == {"MODE": "fast"}


@pytest.mark.parametrize(
    ("file", "text", "topic"),
    [
        (".gitlab-ci.yml", "include: other.yml\na: {script: [x]}\n", "jobs"),
        (".github/workflows/a.yml", "jobs: {a: {uses: ./b.yml}}\n", "jobs"),
        (".github/workflows/a.yml", "jobs: {a: {container: '${{ x }}'}}\n", "containers"),
        (".circleci/config.yml", "orbs: {a: b/c@1}\njobs: {d: {steps: [e]}}\n", "jobs"),
        ("compose.yml", "services: {a: {image: 'b:${T:-1}'}}\n", "containers"),
        ("compose.yml", "services: {a: {image: b, env_file: .env}}\n", "variables"),
        ("a.yaml", "apiVersion: v1\nkind: Pod\nspec: {x: {{ .Values.a }}}\n", "containers"),
        ("a.yaml", "apiVersion: a/v1\nkind: Own\n", "containers"),
        ("main.tf", 'module "a" {\n source = "./b"\n}\n', "containers"),
        ("main.tf", 'variable "a" {\n', "variables"),
        (".env", "A=1\nwhat is this\n", "variables"),
        ("compose.yml", "services: [\n", "containers"),
    ],
)  # fmt: skip
def test_what_is_left_is_said(file: str, text: str, topic: str) -> None:
    known = declared(file, text)
    if known is None:  # a broken file that has no mark of its kind
        assert file == "compose.yml"
        return
    assert known.unread_of(topic)  # type: ignore[arg-type]


def test_blocks_of_terraform() -> None:
    text = """\
# a comment { with a bracket
variable "a" { default = "x" }
resource "kubernetes_deployment" "web" {
  spec {
    container {
      image = "acme/web:1.2"
      env {
        name  = "MODE"
        value = "fast"
      }
    }
  }
}
resource "aws_ecs_task_definition" "b" {
  container_definitions = jsonencode([{ name = "b", image = "acme/b:${var.tag}" }])
}
locals { text = <<-EOT
  } not the end ${var.x}
  EOT
}
"""
    known = read("main.tf", text)
    assert [(each.image, each.line) for each in known.containers] == [("acme/web:1.2", 6)]
    assert {each.name for each in known.variables} >= {"a", "MODE", "text"}
    assert [gap.line for gap in known.unread_of("containers")] == [15]
    with pytest.raises(Unclosed):
        body('a = "${"')


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("redis", ("redis", None, None)),
        ("redis:7.4", ("redis", "7.4", None)),
        ("localhost:5000/a", ("localhost:5000/a", None, None)),
        ("localhost:5000/a:1@sha256:ab", ("localhost:5000/a", "1", "sha256:ab")),
    ],
)
def test_the_parts_of_an_image(written: str, parts: tuple[str, str | None, str | None]) -> None:
    assert image_parts(written) == parts


@pytest.mark.parametrize(
    ("number", "standing"),
    [(89, "weakness"), (16, "category"), (92, "deprecated"), (1430, "unknown"), (4000, "none")],
)
def test_the_standing_of_a_weakness(number: int, standing: str) -> None:
    assert weaknesses.standing_of(number) == standing


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("A03:2021", False),
        ("A3:2017-Sensitive Data Exposure", False),
        ("A10:2021 \u2013 Server-Side Request Forgery (SSRF)", False),
        ("OWASP A01:2025", False),
        ("A11:2021", True),
        ("A03:2020", True),
        ("A03:2021 Insecure Design", True),
        ("API1:2023", None),
        ("A03", None),
        ("A1:2013", None),
        ("A01:2029", None),
    ],
)
def test_an_entry_of_the_top_ten(written: str, wrong: bool | None) -> None:
    said = weaknesses.wrong_owasp(written)
    assert (None if said is None else bool(said)) is wrong


@pytest.mark.parametrize(
    ("value", "text", "line"),
    [
        (12.3, "a\n12.345 ms", 2),
        (1234.0, "1,234 requests", 1),
        (912.35, '{"p95": 912.35}', 1),
        (0.2, "10.2 and 0.25", None),
        (5.0, "15 25 v5 5.5", None),
        (84.0, "84.5", 1),
        (84.0, "84.9", None),
    ],
)
def test_where_a_figure_is(value: float, text: str, line: int | None) -> None:
    assert line_of_figure(value, text.split("\n")) == line


PYTHON = """\
import os

def f(name):
    # a comment
    query = "a" + name
    LIMIT = 5
    self.name = name
    db.execute(
        query,
    )
    with open(name) as file:
        pass
    return query
"""


@pytest.mark.parametrize(
    ("line", "doing"),
    [
        (1, "nothing"),
        (3, "nothing"),
        (5, "uses"),
        (6, "nothing"),
        (7, "uses"),
        (8, "calls"),
        (9, "calls"),
        (10, "calls"),
        (11, "calls"),
        (12, "nothing"),
        (13, "uses"),
    ],
)
def test_what_a_line_does(line: int, doing: str) -> None:
    assert doing_on("a.py", PYTHON.split("\n"), line) == doing


def test_a_file_with_errors_does_nothing_certain() -> None:
    assert doing_on("a.py", ["def f(:", "x = ("], 1) is None
    assert doing_on("a.cobol", ["MOVE A TO B"], 1) is None


IMPORTS = {
    "python": ("a.py", "import x.y as z\ndef f():\n from ..p import q\n", ["x.y", "..p"]),
    "javascript": ("a.js", "const a = require('./b');\nexport * from 'c';\n", ["./b", "c"]),
    "typescript": ("a.ts", "import type {T} from '@/t';\nimport x = require('y');\n", ["@/t", "y"]),
    "tsx": ("a.tsx", "const A = lazy(() => import('./A'));\n", ["./A"]),
    "go": ("a.go", 'package a\nimport (\n "fmt"\n x "e.com/a/b"\n)\n', ["fmt", "e.com/a/b"]),
    "java": ("A.java", "package a;\nimport b.C;\nimport static b.D.*;\n", ["b.C", "b.D.*"]),
    "kotlin": ("A.kt", "package a\nimport b.C as D\n", ["b.C"]),
}


@pytest.mark.parametrize("language", IMPORTERS)
def test_what_a_file_imports(language: str) -> None:
    file, text, modules = IMPORTS[language]
    known = imports_in(file, text)
    assert known is not None
    assert known.unread == ""
    assert [each.module for each in known.imports] == modules


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.py", "import_module(name)\n"),
        ("a.ts", "await import(name);\n"),
        ("a.js", "const x = require(`./${name}`);\n"),
        ("a.ts", "const all = import.meta.glob('./*.ts');\n"),
        ("A.vue", "<script>\nconst a = () => import(name)\n</script>\n"),
    ],
)
def test_a_module_whose_name_is_computed_is_left(file: str, text: str) -> None:
    known = imports_in(file, text)
    assert known is not None
    assert known.unread


def sources() -> list[Path]:
    return [
        file
        for file in sorted(SERVICES.glob("*/service/**/*"))
        if file.is_file() and any(reader.FILES.search(file.as_posix()) for reader in READERS)
    ]


@pytest.mark.parametrize("file", sources(), ids=lambda file: file.name)
def test_a_broken_file_is_read_or_left(file: Path) -> None:
    """Whatever is cut out of a file, or doubled in it, no reader fails on it."""
    text, chance = file.read_text("utf-8"), random.Random(7)  # noqa: S311
    for _ in range(60):
        start, length = chance.randrange(len(text)), chance.randrange(1, 40)
        part = text[start : start + length]
        broken = (
            text[:start] + chance.choice(["", part * 2, "{", '"', "<<: *a", "${"]) + text[start:]
        )
        declared(file.as_posix(), broken)


def test_aliases_that_multiply_are_read_in_time() -> None:
    levels = "\n".join(
        f"x{level}: &x{level}\n  <<: [{', '.join([f'*x{level - 1}'] * 9)}]"
        for level in range(1, 25)
    )
    text = f"x0: &x0\n  image: a\n{levels}\nservices:\n  a:\n    <<: *x24\n"
    assert read("compose.yaml", text).containers[0].image == "a"

"""What no reader knows is told by language and framework, and nothing measured by it is scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.test_cheats import LOW, Report, finding, written
from workers.reporting.survey_report import markdown
from workers.review.scores import UNCONFIRMED_MOST
from workers.survey import survey
from workers.survey.unread import languages_without_reader

if TYPE_CHECKING:
    from pathlib import Path

SWIFT = 'import Shop\n\nfunc main() {\n    app.get("orders", use: listOrders)\n}\n'
GO = 'package main\n\nfunc main() {\n\tours.Add("/orders", listOrders)\n}\n'
SERVED = (
    'package main\n\nimport "net/http"\n\nfunc main() {\n'
    '\thttp.HandleFunc("GET /orders", listOrders)\n\thttp.ListenAndServe(":80", nil)\n}\n'
)
ROUTES = (
    "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/orders')\n"
    "def list_orders():\n    return []\n"
)
TABLE = "CREATE TABLE orders (id bigint PRIMARY KEY);\n"
# Files -> what is named, and whether endpoints and tables can be measured.
REPOSITORIES: dict[str, tuple[dict[str, str], list[str], bool, bool]] = {
    "Swift alone": ({"main.swift": SWIFT, "orders.swift": SWIFT}, ["Swift"], False, False),
    "Swift with tables in SQL": (
        {"main.swift": SWIFT, "migrations/1.sql": TABLE},
        ["Swift"],
        False,
        True,
    ),
    "Perl, and a script": (
        {"app/a.pl": "sub a { 1 }\n", "app/b.pl": "sub b { 1 }\n", "tool.py": "x = 1\n"},
        ["Perl"],
        False,
        False,
    ),
    "mostly Swift beside some Python": (
        {"main.swift": SWIFT, "a.swift": SWIFT, "app.py": ROUTES},
        ["Swift"],
        False,
        False,
    ),
    "Python beside a file of Swift": (
        {"tool.swift": SWIFT, "app.py": ROUTES, "b.py": "x = 1\n", "1.sql": TABLE},
        ["Swift"],
        True,
        True,
    ),
    "a router of one's own in a language with a reader": (
        {"main.go": GO, "orders.go": GO},
        ["Go"],
        False,
        False,
    ),
    "a language whose routes are read": (
        {"main.go": SERVED, "1.sql": TABLE},
        [],
        True,
        True,
    ),
    "a framework without a reader": (
        {"requirements.txt": "aiohttp==3.9\n", "main.py": "import aiohttp\n"},
        ["aiohttp"],
        False,
        True,
    ),
    "a framework of which nothing came": (
        {"requirements.txt": "fastapi==0.111\nsqlalchemy==2.0\n", "main.py": "import os\n"},
        ["FastAPI", "SQLAlchemy"],
        False,
        False,
    ),
    "a framework that was read": (
        {"requirements.txt": "fastapi==0.111\n", "main.py": ROUTES, "1.sql": TABLE},
        [],
        True,
        True,
    ),
    "a library without routes": ({"lib.py": "def add(a, b):\n    return a + b\n"}, [], True, True),
}


def made(folder: Path, files: dict[str, str]) -> Path:
    root = folder / "repository"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (root / ".waggle").mkdir()
    return root


@pytest.mark.parametrize("name", REPOSITORIES)
def test_what_no_reader_knows_is_named(tmp_path: Path, name: str) -> None:
    files, named, _, _ = REPOSITORIES[name]
    found = survey(made(tmp_path, files))
    assert [gap.name for gap in found.unread] == named
    rows = [row for row in found.not_understood if row.reason.startswith(tuple(named) or ("\0",))]
    assert len(rows) == len(named)
    text = "\n".join(markdown(found))
    for gap in found.unread:
        assert f"{gap.name}" in text
        assert gap.file in files


@pytest.mark.parametrize("name", REPOSITORIES)
def test_what_cannot_be_measured_is_null(tmp_path: Path, name: str) -> None:
    files, named, has_endpoints, has_tables = REPOSITORIES[name]
    root = made(tmp_path, files)
    first = next(file for file in files if file.endswith((".swift", ".go", ".py")))
    line = files[first].split("\n").index(next(filter(str.strip, files[first].split("\n")))) + 1
    small = finding(f"The file {first} is small", str(root / first), line, LOW)
    judged = written(Report([small], files=(first,)), root)
    coverage = judged.coverage.document()
    assert (coverage["endpoints"] is not None, coverage["tables"] is not None) == (
        has_endpoints,
        has_tables,
    )
    assert [row.get("language") or row.get("framework") for row in coverage["not_understood"]] == (
        named
    )
    scores = judged.computed
    assert (scores.completeness is not None) is (has_endpoints and has_tables)
    measured = (scores.completeness, scores.grounding, scores.consistency, scores.standards)
    left = [score for score in measured if score is not None]
    most = 100 if judged.claims["confirmed"] else UNCONFIRMED_MOST
    assert scores.overall == min(most, round(sum(left) / len(left)))


def test_no_language_that_a_reader_of_tables_knows_is_called_unread() -> None:
    from workers.survey.tables.languages import LANGUAGES

    known = {suffix for language in LANGUAGES for suffix in language.suffixes}
    assert languages_without_reader([f"a{suffix}" for suffix in known]) == []


def test_a_language_is_counted(tmp_path: Path) -> None:
    found = survey(made(tmp_path, {f"src/{n}.swift": "func main() {}\n" for n in range(7)}))
    (gap,) = found.unread
    assert (gap.kind, gap.name, gap.files, gap.file) == ("language", "Swift", 7, "src/0.swift")
    assert found.not_understood[-1].reason == "Swift, 7 files: no reader knows this language"


def test_what_only_configures_is_no_file_of_a_language(tmp_path: Path) -> None:
    files = dict.fromkeys(["build.gradle.kts", "a/settings.gradle.kts", ".credo.exs"], "\n")
    assert survey(made(tmp_path, files)).unread == []


def test_tests_and_vendored_files_are_not_counted(tmp_path: Path) -> None:
    files = {
        "vendor/a.swift": SWIFT,
        "node_modules/b.swift": SWIFT,
        "testdata/c.swift": SWIFT,
        "main.py": "x = 1\n",
    }
    assert survey(made(tmp_path, files)).unread == []

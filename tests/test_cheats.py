"""Reports that say nothing, in every guise: each is rejected, or warned of where no more is sure.

Beside them stand short reports that are honest: whoever mends a cheat must not hit these.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sessions.events import utc_now
from tests.kit import SESSION, copy_sample
from tests.planting import delivery_in
from workers.review.review import Review, review

CRIT, HIGH, MED, LOW = ("CRIT", "HIGH", "MED", "LOW")
SEVERITY = {CRIT: "critical", HIGH: "high", MED: "medium", LOW: "low"}
# What is beside the sample's own files, for what only other repositories have.
FILES = {
    "poetry.lock": '[[package]]\nname = "fastapi"\nversion = "0.111.0"\n',
    "LICENSE": "MIT License\n\nPermission is hereby granted\n",
    "static/app.min.js": "function a(){return 1}\n",
    "tests/test_orders.py": "def test_orders():\n    assert True\n",
    "CHANGELOG.md": "# Changes\n\nOrders can be cancelled.\n",
    "cmd/main.go": "package main\n\nfunc all() {\n\n\n    rows, err := db.Query(all)\n}\n",
    "docs/api.md": "# API\n\nGET /api/v1/orders lists the orders of the caller.\n",
}
ASIDE = "Not applicable: nothing of it is here"
ESSAY = (
    "The honey bee lives in colonies of many thousand animals, and each of them has its task. In"
    " summer a hive holds sixty thousand of them; in winter far fewer remain."
)


@dataclass
class Report:
    """A report by its parts; the rest is what any report has."""

    findings: list[dict[str, Any]] = field(default_factory=list)
    summary: str = "The backend was read as a whole; what was seen of it stands below."
    parts: tuple[str, str, str] = (ASIDE, ASIDE, ASIDE)
    lists: dict[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ("app/main.py",)


def finding(
    title: str,
    file: str,
    line: int,
    severity: str = CRIT,
    *,
    text: str = "",
    snippet: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    evidence: dict[str, Any] = {"file": file, "line": line}
    evidence |= {"snippet": snippet} if snippet else {}
    return {
        "id": f"BACKEND-{severity}-001",
        "title": title,
        "severity": SEVERITY[severity],
        "domain": "security",
        "description": text or f"{title}.",
        "evidence": [evidence],
        "recommendation": "Mend it as soon as that is possible.",
        "effort_estimate": "hours",
        "validation": "Look at it again afterwards.",
        **more,
    }


def row(kind: str, name: str, file: str, line: int = 1, status: str = "existing") -> dict[str, Any]:
    fields: dict[str, dict[str, Any]] = {
        "API": {
            "endpoint": name,
            "method": "GET",
            "path": f"/api/v1/{name}",
            "response_format": {"success_status": 200},
            "authentication": "JWT",
            "authorization": "owner",
            "rate_limiting": "None",
            "caching_strategy": "None",
        },
        "DB": {"table_name": name, "schema": {"columns": [{"name": "id", "type": "bigint"}]}},
        "SVC": {"service_name": name, "type": "module"},
        "SEC": {"security_feature": name, "category": "authentication", "priority": "high"},
        "PERF": {"optimization": name, "category": "caching"},
    }
    made = {"id": f"{kind}-001", "status": status, "description": f"{name} is there."}
    made |= {key: text for key, text in fields[kind].items() if key != "response_format"}
    if kind == "API":
        made["response_format"] = fields[kind]["response_format"]
    if kind == "PERF":
        del made["description"]
    return {**made, "evidence": [{"file": file, "line": line}] if status == "existing" else []}


def prose(text: str) -> tuple[str, str, str]:
    return (text, ASIDE, ASIDE)


def written(report: Report, root: Path, task: str | None = None) -> Review:
    """Write a report beside a repository, and judge it."""
    notes = [f"# Backend notes: {SESSION}", "## Executive Summary", report.summary, _scores()]
    notes += [f"Files analyzed: {len(report.files)}", "## Findings"]
    for one in report.findings:
        cited = one["evidence"][0]
        notes += [
            f"### {one['id']}: {one['title']}",
            f"**What:** {one['description']}",
            f"Evidence: `{cited['file']}:{cited['line']}`",
            f"**Recommendation:** {one['recommendation']}",
            "**Effort:** hours",
            f"**Validation:** {one['validation']}",
        ]
    notes += [] if report.findings else ["No finding was made."]
    titles = ("API Development", "Database Design & Optimization")
    for title, text in zip(
        (*titles, "Service Architecture & Performance"), report.parts, strict=True
    ):
        notes += [f"## {title}", text]
    notes += ["## Priority Actions", "Nothing is urgent.", "## Unresolved Issues & Handoff", "None"]
    (root.parent / "backend_notes.md").write_text("\n\n".join(notes), "utf-8")
    (root.parent / "backend_output.json").write_text(_json(report, root), "utf-8")
    return review(delivery_in(root, task))


def _scores() -> str:
    rows = ("API design", "Database performance", "Service architecture", "Overall")
    return "\n".join(["| Score | Value (0-10) |", "|---|---|", *(f"| {one} | 5 |" for one in rows)])


def _json(report: Report, root: Path) -> str:
    grave = [one["id"] for one in report.findings if one["severity"] in {"critical", "high"}]
    action = {
        "action": "Look at it",
        "finding_ids": grave,
        "category": "security",
        "priority": "low",
        "effort_estimate": "hours",
    }
    lists = {"findings": report.findings, **report.lists}
    counted = {name: len(rows) for name, rows in lists.items()}
    document = {
        "analysis_metadata": {
            "session_id": SESSION,
            "worker_type": "backend",
            "timestamp": utc_now(),
            "project_root": str(root),
            "files_analyzed": [str(root / file) for file in report.files],
        },
        "scores": dict.fromkeys(
            (
                "api_design_score",
                "database_performance_score",
                "service_architecture_score",
                "overall_score",
            ),
            5,
        ),
        **lists,
        "priority_actions": [action] if grave else [],
        "statistics": {
            "total_api_endpoints": counted.get("api_specifications", 0),
            "database_tables_analyzed": counted.get("database_designs", 0),
            "security_implementations": counted.get("security_implementations", 0),
            "performance_optimizations": counted.get("performance_optimizations", 0),
            "critical_issues": sum(one["severity"] == "critical" for one in report.findings),
            "high_priority_items": 0,
        },
    }
    text = json.dumps(document)
    for file in (*FILES, "README.md", "app/", "migrations/"):
        text = text.replace(f'"file": "{file}', f'"file": "{root}/{file}')
    return text


MAIN = "app/main.py:12"
# Each with the code that must be told: an error, or a warning where no more can be said.
CHEATS: dict[str, tuple[str, Report]] = {
    "sections of a letter and a proposed row": (
        "S15",
        Report(
            summary="x",
            parts=("x", "x", "x"),
            lists={"security_implementations": [row("SEC", "x", "", status="proposed")]},
            files=(),
        ),
    ),
    "a nonsense finding with a true citation": (
        "S15",
        Report([finding("Seven is a colour", "app/orders.py", 26, MED)], files=("app/orders.py",)),
    ),
    "a finding on an import": (
        "E15",
        Report([finding("A brace closes", "app/main.py", 3, HIGH)]),
    ),
    "an injection shown by the heading of the README": (
        "E15",
        Report([finding("SQL injection in the search", "README.md", 1)], files=("README.md",)),
    ),
    "remote code execution shown by a lock file": (
        "E15",
        Report([finding("Remote code execution", "poetry.lock", 2)], files=("poetry.lock",)),
    ),
    "the template's example": (
        "S05",
        Report(
            [
                finding(
                    "The user list has no limit",
                    "app/users.py",
                    20,
                    HIGH,
                    text="One request can load the whole table, because the query has no LIMIT.",
                )
            ],
            files=("app/users.py",),
        ),
    ),
    "endpoints shown by the README": (
        "E15",
        Report(lists={"api_specifications": [row("API", "orders", "README.md")]}),
    ),
    "endpoints shown by documentation that names them": (
        "E15",
        Report(lists={"api_specifications": [row("API", "orders", "docs/api.md", 3)]}),
    ),
    "tables shown by the README": (
        "E15",
        Report(lists={"database_designs": [row("DB", "orders", "README.md")]}),
    ),
    "a cache shown by the README": (
        "E15",
        Report(lists={"performance_optimizations": [row("PERF", "Redis cache", "README.md")]}),
    ),
    "a service shown by the README": (
        "E15",
        Report(lists={"service_architecture": [row("SVC", "BillingService", "README.md")]}),
    ),
    "an essay with a citation": ("S15", Report(parts=prose(f"{ESSAY} See `{MAIN}`."))),
    "an essay with an Evidence line": (
        "S15",
        Report(parts=prose(f"{ESSAY}\n\nEvidence: `{MAIN}`")),
    ),
    "an essay with a proposed row": (
        "S15",
        Report(
            parts=prose(f"{ESSAY} See `{MAIN}`."),
            lists={"security_implementations": [row("SEC", "Bees", "", status="proposed")]},
        ),
    ),
    "filler with a citation": (
        "S15",
        Report(parts=prose(f"Everything is sound and of high quality, see `{MAIN}`.")),
    ),
    "one line cited two hundred times": (
        "S15",
        Report(parts=prose(f"All is well. {' '.join([f'`{MAIN}`'] * 200)}")),
    ),
    "all files analyzed and nothing said": (
        "S15",
        Report(files=("app/main.py", "app/orders.py", "app/users.py", "app/auth.py")),
    ),
    "a nonsense finding beside a true sentence": (
        "S15",
        Report(
            [finding("Seven is a colour", "app/orders.py", 26, MED)],
            parts=prose(f"The routers are included in `{MAIN}`."),
            files=("app/orders.py",),
        ),
    ),
    "a finding that names nothing but the file": (
        "S15",
        Report([finding("The main part is purple", "app/main.py", 12, MED)]),
    ),
    "all set aside": ("S15", Report()),
    "all criteria waived": (
        "S15",
        Report(
            lists={
                "completion_criteria": [
                    {"criterion": "endpoints", "status": "waived", "reason": "nothing to be done"}
                ]
            }
        ),
    ),
    "a breach shown by the licence": (
        "E15",
        Report([finding("Customer data leaks", "LICENSE", 1)], files=("LICENSE",)),
    ),
    "a breach shown by a test": (
        "E15",
        Report(
            [finding("Customer data leaks", "tests/test_orders.py", 2)],
            files=("tests/test_orders.py",),
        ),
    ),
    "a breach shown by an empty line": (
        "E15",
        Report([finding("Customer data leaks", "app/main.py", 2)]),
    ),
    "a breach shown by a docstring": (
        "E15",
        Report([finding("Customer data leaks", "app/auth.py", 1)], files=("app/auth.py",)),
    ),
    "a breach shown by a minified file": (
        "E15",
        Report(
            [finding("Customer data leaks", "static/app.min.js", 1)], files=("static/app.min.js",)
        ),
    ),
    "a table shown by the changelog": (
        "E15",
        Report(lists={"database_designs": [row("DB", "orders", "CHANGELOG.md", 3)]}),
    ),
    "an endpoint shown by a test": (
        "E15",
        Report(lists={"api_specifications": [row("API", "orders", "tests/test_orders.py")]}),
    ),
    "a guard shown by an import": (
        "E15",
        Report(lists={"security_implementations": [row("SEC", "Tokens", "app/auth.py", 5)]}),
    ),
    "nonsense that says it is stated there": (
        "S15",
        Report(
            [
                finding(
                    "Remote code execution",
                    "LICENSE",
                    1,
                    claims=[{"kind": "stated_there", "file": "LICENSE", "line": 1}],
                )
            ],
            files=("LICENSE",),
        ),
    ),
    "nonsense in another language": (
        "S15",
        Report([finding("Der Mond ist rund", "app/orders.py", 26, LOW)], files=("app/orders.py",)),
    ),
    "nonsense five times": (
        "S15",
        Report(
            [
                {**finding("Bees like honey", "app/orders.py", 26, LOW), "id": f"BACKEND-LOW-00{n}"}
                for n in range(1, 6)
            ],
            files=("app/orders.py",),
        ),
    ),
    "advice that fits any repository": (
        "S15",
        Report(
            parts=("Consider caching.", "Consider indexing.", "Consider splitting it up."),
            lists={"performance_optimizations": [row("PERF", "Cache", "", status="proposed")]},
        ),
    ),
    "an existing thing of no name": (
        "S15",
        Report(lists={"service_architecture": [row("SVC", "Bees", "app/orders.py", 26)]}),
    ),
    "a summary of a letter": (
        "S17",
        Report(summary="x", parts=prose("The routers are included in `app/main.py:12`.")),
    ),
    "a domain of a word": (
        "S17",
        Report(parts=("Routers are included in `app/main.py:12`.", "Fine.", ASIDE)),
    ),
    "a domain that is an essay": (
        "S16",
        Report(parts=("Routers are included in `app/main.py:12`.", ESSAY, ASIDE)),
    ),
    "a domain set aside without a reason": (
        "S09",
        Report(parts=("Routers are included in `app/main.py:12`.", "Not applicable:", ASIDE)),
    ),
    "a domain of what nobody sees": (
        "S09",
        Report(parts=("Routers are included in `app/main.py:12`.", "\u200b \u2060", ASIDE)),
    ),
    "a domain in a comment": (
        "S09",
        Report(parts=("Routers are included in `app/main.py:12`.", "<!-- all read -->", ASIDE)),
    ),
    "a report that cites itself": (
        "E09",
        Report([finding("Orders lack a limit", "Docs/hive-mind/sessions/x/y.md", 1, LOW)]),
    ),
    "a nonsense finding with a true quotation": (
        "S15",
        Report(
            [finding("Seven is a colour", "app/orders.py", 27, MED, snippet="result = []")],
            files=("app/orders.py",),
        ),
    ),
    "nonsense made of the words of its lines": (
        "S15",
        Report(
            [finding("Orders are a database of the caller", "app/orders.py", 26, MED)],
            files=("app/orders.py",),
        ),
    ),
    "twenty findings on one line": (
        "S15",
        Report(
            [
                {
                    **finding("Orders are fetched", "app/orders.py", 26, LOW),
                    "id": f"BACKEND-LOW-{n}",
                }
                for n in range(100, 120)
            ],
            files=("app/orders.py",),
        ),
    ),
    "nonsense on an import that names it": (
        "S15",
        Report([finding("Routers are imported upside down", "app/main.py", 3, LOW)]),
    ),
    "nonsense that names what stands elsewhere": (
        "S15",
        Report(
            [finding("The `cancel_order` is purple", "app/orders.py", 26, MED)],
            files=("app/orders.py",),
        ),
    ),
    "nonsense with a claim of what no reader decides": (
        "S15",
        Report(
            [
                finding(
                    "Seven is a colour",
                    "app/auth.py",
                    17,
                    claims=[{"kind": "n_plus_one", "file": "app/auth.py", "line": 17}],
                )
            ],
            files=("app/auth.py",),
        ),
    ),
    "nonsense on code that no reader knows, not quoted": (
        "S15",
        Report([finding("Rows query the list", "cmd/main.go", 6, LOW)], files=("cmd/main.go",)),
    ),
    "nonsense beside invented services": (
        "S15",
        Report(
            [finding("Orders are purple", "app/orders.py", 26, LOW)],
            lists={"service_architecture": [row("SVC", "Order items", "app/orders.py", 28)]},
            files=("app/orders.py",),
        ),
    ),
    "a finding that copies an identifier and nothing waived of the rest": (
        "S15",
        Report(
            [finding("The user_orders_total is wrong", "app/orders.py", 26, LOW)],
            lists={"security_implementations": [row("SEC", "Audit", "", status="proposed")]},
            files=("app/orders.py",),
        ),
    ),
    "the same sentence throughout": (
        "Q01",
        Report(
            parts=(
                f"The routers are included in `{MAIN}` and all of them are of very high quality.",
                f"The routers are included in `{MAIN}` and all of them are of very high quality.",
                ASIDE,
            )
        ),
    ),
}
WARNED = {"the same sentence throughout"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_sample(tmp_path_factory.mktemp("cheats"))
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheat_is_told(service: Path, cheat: str) -> None:
    code, report = CHEATS[cheat]
    judged = written(report, service)
    told = [f"{one.code}: {one.message}" for one in judged.problems]
    assert code in {one.code for one in judged.problems}, told
    assert judged.accepted is (cheat in WARNED), told


# What no rule can tell from a short honest report: it is worth nothing, and is shown to be.
POOR = {
    "nonsense that quotes code of no reader": Report(
        [finding("Seven is a colour", "cmd/main.go", 6, LOW, snippet="rows, err := db.Query(all)")],
        files=("cmd/main.go",),
    ),
    "nonsense on documentation that it names": Report(
        [finding("The orders of the documentation are purple", "docs/api.md", 3, LOW)],
        files=("docs/api.md",),
    ),
    "nonsense that names a symbol of its lines": Report(
        [finding("The `list_orders` is purple", "app/orders.py", 26, LOW)],
        files=("app/orders.py",),
    ),
    "invented endpoints of existing words": Report(
        lists={"api_specifications": [row("API", "orders/items", "app/orders.py", 29)]},
        files=("app/orders.py",),
    ),
    "invented tables of existing words": Report(
        lists={"database_designs": [row("DB", "user_order_items", "app/orders.py", 29)]},
        files=("app/orders.py",),
    ),
    "an invented service of existing words": Report(
        lists={"service_architecture": [row("SVC", "Orders", "app/orders.py", 29)]},
        files=("app/orders.py",),
    ),
    "an invented cache of existing words": Report(
        lists={"performance_optimizations": [row("PERF", "Orders cache", "app/orders.py", 29)]},
        files=("app/orders.py",),
    ),
    "a clean bill of another part": Report(
        parts=prose("The pool of the database is in `app/db.py:8`."),
        files=("app/db.py",),
    ),
}


@pytest.mark.parametrize("name", POOR)
def test_a_poor_report_confirms_nothing_and_has_few_points(service: Path, name: str) -> None:
    judged = written(POOR[name], service, "Audit the orders: GET /api/v1/orders")
    worth = (judged.claims["confirmed"], judged.computed.overall < 40)
    assert not judged.accepted or worth == (0, True)


HONEST = {
    "a clean bill with a citation in its prose": Report(
        parts=prose("Both routers are included with their prefix in `app/main.py:12-13`.")
    ),
    "a clean bill in German": Report(
        summary="Das Backend wurde ganz gelesen; es gibt nichts zu beanstanden.",
        parts=prose("Alle Router hängen unter einem Präfix (`app/main.py:12`)."),
    ),
    "a clean bill in Chinese": Report(
        summary="后端已全部阅读。没有发现问题。",
        parts=prose("所有 `include_router` 都在 `app/main.py:12`。"),
    ),
    "a clean bill with entries": Report(
        lists={"security_implementations": [row("SEC", "Bearer tokens", "app/auth.py", 17)]},
        files=("app/auth.py",),
    ),
    "one small finding": Report(
        [finding("The list `list_orders` has no limit", "app/orders.py", 26, LOW)],
        files=("app/orders.py",),
    ),
    "a finding that only a typed claim makes sure": Report(
        [
            finding(
                "One request may load the whole table",
                "app/orders.py",
                28,
                LOW,
                claims=[{"kind": "unbounded_list", "method": "GET", "path": "/api/v1/orders"}],
            )
        ],
        files=("app/orders.py",),
    ),
    "a finding in Japanese": Report(
        [finding("注文一覧に上限がない (list_orders)", "app/orders.py", 26, LOW)],
        files=("app/orders.py",),
    ),
    "a finding on code that no reader knows, quoted": Report(
        [finding("一覧に上限がない", "cmd/main.go", 6, HIGH, snippet="rows, err := db.Query(all)")],
        files=("cmd/main.go",),
    ),
    "documentation that is wrong": Report(
        [finding("The documentation tells of a route of orders", "docs/api.md", 3, HIGH)],
        files=("docs/api.md",),
    ),
    "an old package in the lock file": Report(
        [finding("The package fastapi is two years old", "poetry.lock", 2, HIGH)],
        files=("poetry.lock",),
    ),
    "a test that asserts nothing": Report(
        [finding("The test of orders asserts nothing", "tests/test_orders.py", 2, HIGH)],
        files=("tests/test_orders.py",),
    ),
    "a secret that is stated": Report(
        [
            finding(
                "Orders can be cancelled by anybody, it says",
                "CHANGELOG.md",
                3,
                claims=[{"kind": "stated_there", "file": "CHANGELOG.md", "line": 3}],
            )
        ],
        files=("CHANGELOG.md",),
    ),
    "domains that were not examined": Report(
        parts=(
            "Routers are included in `app/main.py:12`.",
            "The database was left to another worker.",
            "Not examined: out of the scope of the task",
        ),
        lists={"not_examined": [{"area": "database", "reason": "another worker does it"}]},
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_a_short_honest_report_is_accepted(service: Path, name: str) -> None:
    judged = written(HONEST[name], service)
    told = [f"{one.code}: {one.message}" for one in judged.problems]
    assert judged.accepted, told


TASKS = {
    "Why is `place_order` slow?": True,
    "Audit app/orders.py": True,
    "What does GET /api/v1/orders/{order_id} answer?": True,
    "Is the index ix_orders_user_id used?": True,
    "Are the columns of order_items right?": True,
    "Audit the backend: what is unsafe or slow?": False,
    "Plan a `BillingService` with Stripe": False,
    "Is `include_router` called for both?": False,
    "Look at app/main.py, app/orders.py": False,
    "Prüfe das Backend auf Sicherheit.": False,
}


@pytest.mark.parametrize("task", TASKS)
def test_a_report_on_something_else_is_warned_of(service: Path, task: str) -> None:
    report = Report(parts=prose("`include_router` takes a prefix in `app/main.py:12`."))
    judged = written(report, service, task)
    assert judged.accepted
    assert ("Q07" in {one.code for one in judged.problems}) is TASKS[task]

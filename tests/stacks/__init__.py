"""Eight services in as many stacks, three honest reports on each, and false variants of them.

The services were written to be reported on and are read, never run. The reports say what whoever
reads the code would say, in three manners: long English with quotations; another language, with
nested lists; terse, with tables and other notations. None was written with the checks in mind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sessions.events import utc_now
from tests.kit import PROJECT, SESSION, copy_sample
from tests.planting import JSON, NOTES, judge

if TYPE_CHECKING:
    from pathlib import Path

    from workers.review.review import Review

STYLES = (1, 2, 3)
FOLDER = PROJECT / "tests" / "stacks"


@dataclass(frozen=True)
class Stack:
    """A service: which tables SQL files declare, and lines that show nothing, or something else.

    A place is a file and a text that stands on one line of it alone.
    """

    name: str
    service: str
    has_reader: bool
    sql_tables: frozenset[str]
    dependencies: tuple[tuple[str, str, str], ...]  # manifest, package, version
    poor: tuple[tuple[str, str, str], ...]  # kind of evidence, file, text
    hashing: tuple[tuple[str, str], ...]
    tested: tuple[str, ...]
    used: tuple[str, ...]

    @property
    def root(self) -> Path:
        """Where the service lies in this repository."""
        return PROJECT / "tests" / self.service


STACKS = (
    Stack(
        "go",
        "stacks/go/service",
        has_reader=False,
        sql_tables=frozenset({"users", "rooms", "bookings", "room_equipment"}),
        dependencies=(
            ("go.mod", "github.com/go-chi/chi/v5", "v5.1.0"),
            ("go.mod", "github.com/golang-jwt/jwt/v5", "v5.2.1"),
            ("go.mod", "golang.org/x/crypto", "v0.26.0"),
        ),
        poor=(
            ("README", "README.md", "`POST /v1/bookings` books one"),
            ("test", "internal/auth/auth_test.go", "TestRequireRefusesNoToken"),
            ("lock file", "go.sum", "go-chi/chi/v5 v5.1.0 h1:"),
            ("comment", "internal/store/store.go", "// IsUnique tells"),
            ("import", "internal/http/router.go", '"github.com/go-chi/httprate"'),
        ),
        hashing=(
            ("internal/auth/auth.go", "bcrypt.GenerateFromPassword"),
            ("internal/auth/auth.go", "bcrypt.CompareHashAndPassword"),
        ),
        tested=("HashPassword", "CheckPassword"),
        used=("HashPassword", "BookingsOf", "UserByEmail"),
    ),
    Stack(
        "java",
        "stacks/java/service",
        has_reader=False,
        sql_tables=frozenset({"couriers", "parcels", "scans", "damage_claims"}),
        dependencies=(
            ("pom.xml", "org.flywaydb:flyway-core", "10.17.3"),
            ("pom.xml", "org.postgresql:postgresql", "42.7.4"),
        ),
        poor=(
            ("README", "README.md", "`GET /api/parcels/{code}` with its code"),
            ("test", "src/test/java/org/example/parcels/ParcelTest.java", "parcel.deliver()"),
            (
                "import",
                "src/main/java/org/example/parcels/web/ParcelController.java",
                "import org.springframework.web.bind.annotation.GetMapping;",
            ),
        ),
        hashing=(
            (
                "src/main/java/org/example/parcels/security/SecurityConfig.java",
                "return new BCryptPasswordEncoder();",
            ),
            ("src/main/java/org/example/parcels/web/AuthController.java", "encoder.matches("),
        ),
        tested=("deliver",),
        used=("countOpen", "byCode", "findByStatus"),
    ),
    Stack(
        "ruby",
        "stacks/ruby/service",
        has_reader=False,
        sql_tables=frozenset(),
        dependencies=(
            ("Gemfile", "rails", "7.1.4"),
            ("Gemfile", "jwt", "2.9.3"),
            ("Gemfile", "rack-attack", "6.7.0"),
        ),
        poor=(
            ("README", "README.md", "`POST /api/session`"),
            ("test", "spec/requests/orders_spec.rb", "refuses a caller without a token"),
            ("lock file", "Gemfile.lock", "    kaminari (1.2.2)"),
            ("comment", "db/schema.rb", "# of editing this file"),
            ("import", "app/controllers/api/orders_controller.rb", 'require "csv"'),
        ),
        hashing=(("app/models/account.rb", "has_secure_password"),),
        tested=(),
        used=("PlaceOrder", "ReceiptJob", "product_params"),
    ),
    Stack(
        "php",
        "stacks/php/service",
        has_reader=False,
        sql_tables=frozenset({"monthly_usage"}),
        dependencies=(
            ("composer.json", "firebase/php-jwt", "6.10.1"),
            ("composer.json", "laravel/framework", "11.23.5"),
        ),
        poor=(
            ("README", "README.md", "The list of tools is cached"),
            ("test", "tests/Feature/ReservationTest.php", "assertStatus(409)"),
            ("comment", "database/reporting.sql", "-- Loaded by hand"),
            ("import", "routes/api.php", "use App\\Http\\Controllers\\ToolController;"),
        ),
        hashing=(
            ("app/Http/Controllers/AuthController.php", "Hash::make("),
            ("app/Http/Controllers/AuthController.php", "Hash::check("),
        ),
        tested=(),
        used=("isTaken", "EnsureAdmin", "NotifyOwner"),
    ),
    Stack(
        "rust",
        "stacks/rust/service",
        has_reader=False,
        sql_tables=frozenset({"accounts", "links", "clicks", "tags"}),
        dependencies=(
            ("Cargo.toml", "axum", "0.7.6"),
            ("Cargo.toml", "regex", "1.10.6"),
            ("Cargo.toml", "jsonwebtoken", "9.3.0"),
        ),
        poor=(
            ("README", "README.md", "`GET /{slug}` redirects"),
            ("test", "tests/slugs.rs", "fn reserved_words_are_lower_case"),
            ("comment", "src/auth.rs", "/// Whoever sent the request"),
            ("import", "src/main.rs", "use sqlx::postgres::PgPoolOptions;"),
        ),
        hashing=(
            ("src/auth.rs", "Argon2::default().hash_password("),
            ("src/auth.rs", "Argon2::default().verify_password("),
        ),
        tested=(),  # its one unit test stands in the file that it tests
        used=("hash_password", "random_slug", "from_env"),
    ),
    Stack(
        "csharp",
        "stacks/csharp/service",
        has_reader=False,
        sql_tables=frozenset({"audit_log"}),
        dependencies=(
            ("Ticketing.Api/Ticketing.Api.csproj", "Polly", "8.4.1"),
            ("Ticketing.Api/Ticketing.Api.csproj", "BCrypt.Net-Next", "4.0.3"),
            ("Ticketing.Api/Ticketing.Api.csproj", "Swashbuckle.AspNetCore", "6.7.3"),
        ),
        poor=(
            ("README", "README.md", "`POST /api/auth/token`"),
            ("test", "Ticketing.Tests/TokenIssuerTests.cs", "Assert.Equal("),
            ("comment", "db/audit.sql", "-- Applied by"),
            ("import", "Ticketing.Api/Program.cs", "using Microsoft.AspNetCore.RateLimiting;"),
        ),
        hashing=(
            ("Ticketing.Api/Controllers/AuthController.cs", "BCrypt.HashPassword("),
            ("Ticketing.Api/Controllers/AuthController.cs", "BCrypt.Verify("),
        ),
        tested=("TokenIssuer",),
        used=("TokenIssuer", "CallerOf", "MapOrders"),
    ),
    Stack(
        "python",
        "sample_service",
        has_reader=True,
        sql_tables=frozenset({"users", "orders", "order_items"}),
        dependencies=(
            ("requirements.txt", "fastapi", "0.115.0"),
            ("requirements.txt", "httpx", "0.27.2"),
        ),
        poor=(
            ("README", "README.md", "A small order service"),
            ("import", "app/orders.py", "from app.db import pool"),
        ),
        hashing=(),
        tested=(),
        used=("send_receipt", "current_user", "ServiceError"),
    ),
    Stack(
        "typescript",
        "sample_service_ts",
        has_reader=True,
        sql_tables=frozenset({"authors", "posts", "comments"}),
        dependencies=(
            ("package.json", "express", "4.21.0"),
            ("package.json", "zod", "3.23.8"),
        ),
        poor=(
            ("README", "README.md", "A small blog backend"),
            ("import", "src/routes/posts.ts", 'import { cache, db } from "../db";'),
        ),
        hashing=(),
        tested=(),
        used=("notifyAuthor", "requireUser"),
    ),
)


def copy_stack(stack: Stack, folder: Path) -> Path:
    """Copy a service into a folder of its own, with a session's folders; returns its root."""
    root = copy_sample(folder, stack.root)
    (root / "Docs/hive-mind/sessions" / SESSION / "workers/notes").mkdir(parents=True)
    return root


def report_on(stack: Stack, style: int, root: Path) -> tuple[str, dict[str, Any]]:
    """Return an honest report for a copy of its service: the notes, and the JSON parsed."""
    folder = FOLDER / stack.name / f"honest-{style}"
    notes, text = ((folder / name).read_text("utf-8") for name in (NOTES, JSON))
    marks = {"@ROOT@": str(root), "@SESSION@": SESSION, "@TIME@": utc_now()}
    for mark, value in marks.items():
        notes, text = notes.replace(mark, value), text.replace(mark, value)
    parsed: dict[str, Any] = json.loads(text)
    return notes, parsed


def judge_report(root: Path, notes: str, report: dict[str, Any]) -> Review:
    """Judge a report on a copied service."""
    (root.parent / NOTES).write_text(notes, "utf-8")
    (root.parent / JSON).write_text(json.dumps(report, ensure_ascii=False, indent=2), "utf-8")
    return judge(root)

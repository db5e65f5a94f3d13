"""What a cited line is, in every language: code that is called anything else costs a report."""

from __future__ import annotations

import pytest

from workers.repository import file_kinds
from workers.repository.line_kinds import kinds_of_lines

FILES = {
    "code": (
        "app/main.py license.py src/license_service.go testing_service.py app/docker.go"
        " lib/app/maintainers.ex docs/conf.py app/readme_view.py notice.ts"
        " api/models.pb.go src/generated/api.ts Migrations/AppModelSnapshot.cs"
    ),
    "configuration": (
        "Dockerfile docker-compose.yml .env.example .github/workflows/ci.yml go.mod package.json"
        " requirements.txt pyproject.toml nginx.conf pom.xml src/application.properties Gemfile"
        " config/locales/en.yml infra/main.tf"
    ),
    "schema": (
        "migrations/001.sql prisma/schema.prisma api/openapi.yaml docs/swagger.json db/schema.rb"
        " schema.graphql proto/user.proto api/v1/orders-openapi.json"
    ),
    "documentation": (
        "README.md docs/setup.md CHANGELOG.md README docs/notes.txt README.de.md doc/index.rst"
        " SECURITY.md"
    ),
    "lock file": (
        "package-lock.json yarn.lock composer.lock go.sum Cargo.lock poetry.lock Gemfile.lock"
        " pnpm-lock.yaml uv.lock mix.lock packages.lock.json .terraform.lock.hcl"
    ),
    "licence": "LICENSE LICENSE.md COPYING NOTICE LICENSE-MIT LICENCE.txt UNLICENSE",
    "generated": "static/jquery.min.js dist/app.js.map web/app.snap",
}


@pytest.mark.parametrize(
    ("path", "kind"), [(path, kind) for kind, paths in FILES.items() for path in paths.split()]
)
def test_a_file_is_known_by_its_name(path: str, kind: str) -> None:
    assert file_kinds.kind_of_file(path) == kind


# Lines of a file, each after the first letter of its kind: code, Remark, import, blank.
LINES = {
    "app/main.py": '''
R """Doc.
R Several lines."""
i import os
i from app.db import (
i     pool,
b )
c SQL = """
c # no comment
c """
c def run():
R     \'\'\'Runs.\'\'\'
R     # why
c     return execute(
c         """select 1"""
b     )
c @app.get("/x")  # a route
c import x; x.run()
''',
    "app/quotes.py": """
R # the path is 'users/[routes-cards]'
c ROUTES = "users"
R # it says "on"
c def on():
R     '''It is on.'''
c     return ROUTES  # not 'off[z-a]'
c VALUE = 1
""",
    "src/app.ts": """
R /**
R  * Does things.
R  */
i import { a } from "./a";
i import type {
i   B,
i } from './b';
c import "./tracing";
i const helmet = require('helmet');
c app.use(require('./routes'));
c require('./db')(app);
c const glob = "src/**/*.ts";
c const other = a /* b */ + 1;
c export { a } from './a';
b });
R // why
c /** @swagger
c  * /orders: get
c  */
c const later = await import('./later');
""",
    "main.go": """
i package main
i import (
i \t"net/http"
c \t_ "net/http/pprof"
i \tlog "github.com/x/log"
b )
R // main runs.
c //go:embed static
R /* block
R more */
c func main() {
c // @Router /users [get]
b }
""",
    "routes/api.php": """
c <?php
i namespace App;
i use App\\Models\\User;
c class A {
c     use SoftDeletes;
c     #[Route('/x')]
R     # why
c     /**
c      * @ORM\\Column(type="string")
c      */
c     require __DIR__.'/auth.php';
""",
    "src/lib.rs": """
i use std::fmt;
i use crate::{
i     a, b,
b };
c pub use self::x::Y;
c mod routes;
R //! Doc.
c #[get("/x")]
c fn x() {}
""",
    "Program.cs": """
i using System;
i using X = A.B;
c using var db = Open();
c using (var x = Open()) {
R /// <summary>Doc</summary>
c [HttpGet("{id}")]
""",
    "app/models/user.rb": """
R # frozen_string_literal: true
i require "json"
c class User
R =begin
R text
R =end
c   has_many :orders
""",
    "lib/router.ex": """
i   alias App.Repo
i   import Ecto.Query, only: [from: 2]
c   use Phoenix.Router
R   # why
c   get "/", PageController, :index
""",
    "db/1.sql": """
R -- why
c -- name: GetUser :one
R /* a
R b */
c select 1; -- why
""",
    ".env.example": """
R # why
c KEY=1
""",
    "Main.java": """
i package a.b;
i import a.b.C;
i import static a.b.C.*;
c @GetMapping("/x")
R // why
""",
    "index.html": """
R <!-- why -->
c <p>x</p>
R <!--
R more -->
""",
    "unknown.xyz": """
c # x
c // x
c import x
""",
}


@pytest.mark.parametrize("path", LINES)
def test_a_line_is_known_by_its_language(path: str) -> None:
    rows = [line for line in LINES[path].split("\n") if line]
    letters = {"comment": "R", "import": "i", "blank": "b"}
    kinds = kinds_of_lines(path, [row[2:] for row in rows], frozenset())
    told = [f"{letters.get(kind, 'c')} {row[2:]}" for kind, row in zip(kinds, rows, strict=True)]
    assert told == [f"{row[0]} {row[2:]}" for row in rows]


ONE_TEST = "def test_x():\n    assert y\n@Test void x() { }\ndescribe('x', () => { expect(1) })"
TESTS = (
    ("tests/test_orders.py", ["tests/test_orders.py", "app/main.py"]),
    ("backend/tests/helpers.py", ["backend/tests/test_a.py", "backend/app/main.py"]),
    ("orders/tests.py", ["orders/tests.py", "orders/models.py"]),
    ("orders_test.go", ["orders_test.go", "orders.go"]),
    ("src/orders.spec.ts", ["src/orders.spec.ts", "src/orders.ts"]),
    ("src/test/java/a/OrderTest.java", ["src/test/java/a/OrderTest.java", "src/main/java/A.java"]),
    ("src/__tests__/a.ts", ["src/__tests__/a.ts", "src/a.ts"]),
    ("tests/api/main.rs", ["tests/api/main.rs", "tests/api/x.rs", "Cargo.toml", "src/lib.rs"]),
    ("spec/models/user_spec.rb", ["spec/models/user_spec.rb", "app/models/user.rb"]),
    ("test/support/case.ex", ["test/support/case.ex", "mix.exs", "lib/a.ex"]),
    ("tests/Api.UnitTests/OrderTest.cs", ["tests/Api.UnitTests/OrderTest.cs", "src/A.cs"]),
    ("tests/Feature/LoginTest.php", ["tests/Feature/LoginTest.php", "app/User.php"]),
)
NO_TESTS = (
    ("app/tests/router.py", ["app/tests/router.py", "app/main.py"]),
    ("app/tests/models.py", ["app/tests/models.py", "app/tests/tests/test_a.py", "app/x.py"]),
    ("app/testing_service.py", ["app/testing_service.py", "app/main.py"]),
    ("src/main/java/a/BloodTest.java", ["src/main/java/a/BloodTest.java"]),
    ("app/models/lab_test.rb", ["app/models/lab_test.rb", "Gemfile", "app/models/a.rb"]),
    ("src/tests/tests.controller.ts", ["src/tests/tests.controller.ts", "src/main.ts"]),
    ("tests/test_a.py", ["tests/test_a.py", "tests/b.py"]),
    ("app/attest.py", ["app/attest.py"]),
)


@pytest.mark.parametrize(("path", "files"), TESTS, ids=[path for path, _ in TESTS])
def test_a_test_is_known_by_the_conventions_of_its_stack(path: str, files: list[str]) -> None:
    folders = file_kinds.test_folders(files)
    assert kinds_of_lines(path, ONE_TEST.split("\n"), folders)[0] == "test"


@pytest.mark.parametrize(("path", "files"), NO_TESTS, ids=[path for path, _ in NO_TESTS])
def test_a_file_of_the_domain_is_no_test(path: str, files: list[str]) -> None:
    assert "test" not in kinds_of_lines(
        path, ["class A:", "    x = 1"], file_kinds.test_folders(files)
    )

"""What is decided of rows on layouts that the sample services do not have."""

# ruff: noqa: E501

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.entries import outcomes, row
from workers.claims.kinds import client_route, gap, image, module, monitor, suite

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

NUXT = {
    "package.json": '{"dependencies": {"nuxt": "4.0.0"}}',
    "app/pages/@[account]/index.vue": "<template><NuxtPage /></template>",
    "app/pages/@[account]/index/followers.vue": "<template><p /></template>",
    "app/pages/(legal)/terms.vue": "<template><p /></template>",
    "app/pages/home.vue": "<script setup>\ndefinePageMeta({ alias: ['/start'] })\n</script>\n",
    "app/pages/mine.vue": "<script setup>\ndefinePageMeta({ middleware: 'auth' })\n</script>\n",
    "app/pages/search.vue": (
        "<script setup>\ndefinePageMeta({ key: 'q' })\nuseRoute().path\n</script>\n"
    ),
}
NEXT = {
    "package.json": '{"dependencies": {"next": "15.0.0"}}',
    "app/tips/page.tsx": (
        'import { Tips } from "../tips"\n'
        "export default async function TipsPage() {\n  return <Tips />\n}\n"
    ),
    "app/page.tsx": 'import { Home, framed } from "../home"\nexport default framed(Home)\n',
}
FOLLOWERS = "app/pages/@[account]/index/followers.vue:1"
JEST = {
    "src/tags.ts": "export const getTags = () => [];\nexport const addTag = (tag) => tag;\n",
    "tests/tags.test.ts": (
        "import { addTag } from '../src/tags';\n\ndescribe('getTags', () => {\n"
        "  test.todo('returns a list');\n});\ndescribe('addTag', () => {\n"
        "  test('adds', () => {\n    expect(addTag('a')).toBe('a');\n  });\n});\n"
    ),
}
TAGS = "tests/tags.test.ts"
COMPOSE = {
    "contrib/docker-compose/basic.yml": (
        "services:\n  app:\n    image: ${IMAGE:-acme/app:latest}\n  db:\n"
        "    image: postgres:16\n    healthcheck:\n      test: pg_isready\n"
    ),
    "Dockerfile": "FROM gcr.io/distroless/base:nonroot\nCOPY app /app\n",
    "metrics.go": (
        "package metrics\n\nvar users = prometheus.NewGauge(prometheus.GaugeOpts{\n"
        '\tNamespace: "shop",\n\tName: "users",\n})\n'
    ),
}
BASIC = {"file": "contrib/docker-compose/basic.yml"}
DB = "contrib/docker-compose/basic.yml:5"
GO = {
    "go.mod": "module acme.test/shop/v2\n",
    "internal/model/user.go": (
        'package model\n\nimport "acme.test/shop/v2/internal/clock"\n\n'
        'const Kind = "storage"\n\nfunc New() { ??? }\n'
    ),
    "internal/storage/user.go": 'package storage\n\nimport "acme.test/shop/v2/internal/model"\n',
    "internal/clock/clock.go": "package clock\n",
    "src/shop/bin/run.py": "from shop import app\n",
    "src/shop/app.py": "",
}
JAVA = {
    "src/main/java/org/acme/store/Store.java": "package org.acme.store;\n\npublic interface Store {}\n",
    "src/main/java/org/acme/store/jdbc/Jdbc.java": (
        "package org.acme.store.jdbc;\n\nimport org.acme.store.Store;\n\nclass Jdbc implements Store {}\n"
    ),
    "src/test/java/org/acme/store/StoreTests.java": "package org.acme.store;\n\nclass StoreTests {}\n",
}
WORKSPACE = {
    "package.json": '{"name": "acme"}',
    "packages/db/package.json": '{"name": "@acme/db", "main": "src/index.ts"}',
    "packages/db/src/index.ts": "export const db = 1;\n",
    "packages/api/package.json": '{"name": "@acme/api"}',
    "packages/api/src/post.ts": 'import { db } from "@acme/db";\nexport const posts = () => db;\n',
    "ops/grafana/shop-overview.json": '{"panels": []}\n',
}
CASES: dict[str, tuple[dict[str, str], str, ModuleType, dict[str, Any], list[str]]] = {
    "a page inside an index": (
        NUXT, "client_route", client_route,
        row(FOLLOWERS, path="/@:account/followers"), ["client_route confirmed"],
    ),
    "another page inside an index": (
        NUXT, "client_route", client_route,
        row(FOLLOWERS, path="/@:account/fans"), ["client_route refuted K44"],
    ),
    "a page of a group": (
        NUXT, "client_route", client_route,
        row("app/pages/(legal)/terms.vue:1", path="/terms"), ["client_route confirmed"],
    ),
    "a page by its alias": (
        NUXT, "client_route", client_route,
        row("app/pages/home.vue:2", path="/start"), ["client_route undecided"],
    ),
    "a page that asks for its path": (
        NUXT, "client_route", client_route,
        row("app/pages/search.vue:2", path="/find"), ["client_route refuted K44"],
    ),
    "the component of a page": (
        NEXT, "client_route", client_route, row("app/tips/page.tsx:2", path="/tips", component="TipsPage"),
        ["client_route confirmed", "route_component confirmed"],
    ),
    "what a page shows": (
        NEXT, "client_route", client_route, row("app/tips/page.tsx:2", path="/tips", component="Tips"),
        ["client_route confirmed", "route_component undecided"],
    ),
    "no component of a page": (
        NEXT, "client_route", client_route, row("app/tips/page.tsx:2", path="/tips", component="HintsPage"),
        ["client_route confirmed", "route_component refuted K45"],
    ),
    "a page behind a call": (
        NEXT, "client_route", client_route, row("app/page.tsx:2", path="/", component="HomePage"),
        ["client_route confirmed", "route_component undecided"],
    ),
    "a page behind a middleware": (
        NUXT, "client_route", client_route, row("app/pages/mine.vue:2", path="/mine", guarded=True),
        ["client_route confirmed", "route_guarded confirmed"],
    ),
    "a page said to be open": (
        NUXT, "client_route", client_route, row("app/pages/mine.vue:2", path="/mine", guarded=False),
        ["client_route confirmed", "route_guarded undecided K46"],
    ),
    "with what is only announced": (
        JEST, "suite", suite, row(file=TAGS, tests=2), ["suite confirmed", "suite_tests confirmed"],
    ),
    "without what is only announced": (
        JEST, "suite", suite, row(file=TAGS, tests=1), ["suite confirmed", "suite_tests confirmed"],
    ),
    "as many as nobody counts": (
        JEST, "suite", suite,
        row(file=TAGS, tests=3), ["suite confirmed", "suite_tests refuted K54"],
    ),
    "named in a title alone": (
        JEST, "gap", gap, row(name="tags", symbol="getTags"), ["untested_symbol undecided"],
    ),
    "called by a test": (
        JEST, "gap", gap, row(name="tags", symbol="addTag"), ["untested_symbol refuted K55"],
    ),
    "beside an image that a variable names": (
        COMPOSE, "image", image, row(DB, image="postgres", tag="16", healthcheck=True, **BASIC),
        ["image confirmed", "tag confirmed", "healthcheck confirmed"],
    ),
    "another tag beside it": (
        COMPOSE, "image", image, row(DB, image="postgres", tag="15", healthcheck=False, **BASIC),
        ["image confirmed", "tag refuted K70", "healthcheck refuted K72"],
    ),
    "the tag of a variable's image": (
        COMPOSE, "image", image,
        row("contrib/docker-compose/basic.yml:3", image="acme/app", tag="1.2", **BASIC),
        ["image confirmed", "tag undecided"],
    ),
    "a user that the base has": (
        COMPOSE, "image", image,
        row("Dockerfile:1", image="gcr.io/distroless/base", user="nonroot", file="Dockerfile"),
        ["image confirmed", "user undecided"],
    ),
    "a user that nothing names": (
        COMPOSE, "image", image,
        row("Dockerfile:1", image="gcr.io/distroless/base", user="app", file="Dockerfile"),
        ["image confirmed", "user undecided K75"],
    ),
    "a metric of namespace and name": (
        COMPOSE, "monitor", monitor,
        row("metrics.go:3-6", name="shop_users", file="metrics.go"), ["monitor undecided"],
    ),
    "no metric": (
        COMPOSE, "monitor", monitor,
        row("metrics.go:3-6", name="shop_orders", file="metrics.go"), ["monitor undecided K75"],
    ),
    "below a folder of sources": (
        GO, "module", module, row(path="shop.bin", depends_on=["shop.app"]),
        ["module confirmed", "depends_on confirmed"],
    ),
    "no module below it": (
        GO, "module", module, row(path="shop.web"), ["module refuted K77"],
    ),
    "by paths of imports": (
        GO, "module", module,
        row(path="acme.test/shop/v2/internal/storage", depends_on=["internal/model"]),
        ["module confirmed", "depends_on confirmed"],
    ),
    "not imported, though a text says its name": (
        GO, "module", module, row(path="internal/model", depends_on=["internal/storage"]),
        ["module confirmed", "depends_on refuted K78"],
    ),
    "inside of what it imports": (
        JAVA, "module", module,
        row(path="src/main/java/org/acme/store/jdbc", depends_on=["src/main/java/org/acme/store"]),
        ["module confirmed", "depends_on confirmed"],
    ),
    "a package of Java": (
        JAVA, "module", module, row(path="org.acme.store.jdbc", depends_on=["org.acme.store"]),
        ["module confirmed", "depends_on confirmed"],
    ),
    "no package of Java": (
        JAVA, "module", module, row(path="org.acme.shop"), ["module refuted K77"],
    ),
    "a package of a workspace": (
        WORKSPACE, "module", module, row(path="@acme/api", depends_on=["@acme/db", "@/lib"]),
        ["module confirmed", "depends_on confirmed", "depends_on undecided"],
    ),
    "a package that is not imported": (
        WORKSPACE, "module", module, row(path="@acme/db", depends_on=["@acme/api"]),
        ["module confirmed", "depends_on refuted K78"],
    ),
    "a dashboard by its file": (
        WORKSPACE, "monitor", monitor,
        row("ops/grafana/shop-overview.json:1", name="shop-overview", file="ops/grafana/shop-overview.json"),
        ["monitor undecided"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_row_is_decided(tmp_path: Path, name: str) -> None:
    files, kind, judging, entry, expected = CASES[name]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert outcomes(tmp_path, kind, judging, entry) == expected

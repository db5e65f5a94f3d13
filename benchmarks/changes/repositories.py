"""The two applications that agents work on: a shop in Python, a blog in JavaScript.

Their routes are there to be read; their tests run without any package of the frameworks.
"""

from __future__ import annotations

from typing import NamedTuple


class Stack(NamedTuple):
    """An application: its files, its tests and where they are."""

    files: dict[str, str]
    passed: int  # tests
    main: str  # where routers are mounted
    code: str  # a file of plain functions
    tests: str  # the file with its tests


PYTHON = {
    "waggle.toml": """\
[[proof]]
name = "tests"
run = "python -m pytest -q --disable-plugin-autoload --junitxml=$WAGGLE_JUNIT"
timeout_seconds = 60
protected = ["tests/**"]
covers = ["app/**", "tests/**", "migrations/**"]
""",
    "pyproject.toml": """\
[project]
name = "shop"
version = "1.4.0"
dependencies = ["fastapi==0.115.0"]

[tool.pytest.ini_options]
testpaths = ["tests"]
""",
    ".gitignore": "__pycache__/\n.pytest_cache/\n*.log\nbuild/\nlocal_settings.py\n",
    "README.md": "# Shop\n\nOrders and what they cost.\n",
    "Docs/guide.md": "# Guide\n\nStart it with `uvicorn app.main:app`.\n",
    "requirements.txt": "fastapi==0.115.0\n",
    "scripts/nightly.sh": "#!/bin/sh\nset -e\npython -m app.cleanup\n",
    ".github/workflows/ci.yml": """\
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: python -m pytest
""",
    "app/__init__.py": '"""The shop."""\n',
    "app/main.py": '''\
"""The application and its routers."""

from fastapi import FastAPI

from app import orders

app = FastAPI(title="Shop")
app.include_router(orders.router, prefix="/api")


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
''',
    "app/orders.py": '''\
"""Orders: listing, showing, cancelling."""

from fastapi import APIRouter

from app.pricing import total

router = APIRouter(prefix="/orders")
ORDERS: dict[int, list[tuple[int, int]]] = {}


@router.get("")
def list_orders() -> list[int]:
    return sorted(ORDERS)


@router.get("/{order_id}")
def show_order(order_id: int) -> dict[str, int]:
    return {"id": order_id, "total": total(ORDERS[order_id])}


@router.delete("/{order_id}", status_code=204)
def cancel_order(order_id: int) -> None:
    ORDERS.pop(order_id)
''',
    "app/pricing.py": '''\
"""Prices, in cents."""

SHIPPING = 490
FREE_FROM = 5000


def total(items: list[tuple[int, int]]) -> int:
    return sum(price * quantity for price, quantity in items)


def shipping(amount: int) -> int:
    return 0 if amount >= FREE_FROM else SHIPPING


def discount(amount: int, percent: int) -> int:
    return amount - amount * percent // 100
''',
    "app/text.py": '''\
"""Texts for people."""


def slug(title: str) -> str:
    return "-".join(title.lower().split())


def shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 3] + "..."
''',
    "migrations/001_orders.sql": """\
CREATE TABLE customers (
    id bigint PRIMARY KEY,
    email text NOT NULL UNIQUE
);

CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id),
    placed_at timestamptz NOT NULL
);
""",
    "tests/test_pricing.py": """\
from app.pricing import discount, shipping, total


def test_total() -> None:
    assert total([(250, 2), (100, 1)]) == 600


def test_nothing_costs_nothing() -> None:
    assert total([]) == 0


def test_shipping_is_free_from_an_amount() -> None:
    assert shipping(5000) == 0
    assert shipping(4999) == 490


def test_discount() -> None:
    assert discount(1000, 10) == 900
""",
    "tests/test_text.py": """\
from app.text import shorten, slug


def test_slug() -> None:
    assert slug("Two Words") == "two-words"


def test_shorten() -> None:
    assert shorten("a long text", 6) == "a l..."
    assert shorten("short", 6) == "short"
""",
}

JAVASCRIPT = {
    "waggle.toml": """\
[[proof]]
name = "tests"
run = "npm test"
timeout_seconds = 60
protected = ["test/**"]
covers = ["src/**", "test/**", "db/**"]
""",
    "package.json": """\
{
  "name": "blog",
  "version": "2.1.0",
  "private": true,
  "scripts": {
    "start": "node src/server.js",
    "test": "node --test"
  },
  "dependencies": {
    "express": "4.21.0"
  }
}
""",
    "package-lock.json": """\
{
  "name": "blog",
  "version": "2.1.0",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "blog", "version": "2.1.0", "dependencies": { "express": "4.21.0" } },
    "node_modules/express": { "version": "4.21.0" }
  }
}
""",
    ".gitignore": "node_modules/\ndist/\n*.log\n",
    "README.md": "# Blog\n\nPosts, by slug.\n",
    "src/app.js": """\
const express = require("express");

const posts = require("./routes/posts");

const app = express();
app.use(express.json());
app.use("/api/posts", posts);

app.get("/health", (req, res) => {
  res.json({ status: "ok" });
});

module.exports = app;
""",
    "src/server.js": 'require("./app").listen(3000);\n',
    "src/routes/posts.js": """\
const { Router } = require("express");

const { page } = require("../limits");

const router = Router();
const posts = new Map();

router.get("/", (req, res) => {
  const { from, to } = page(Number(req.query.page));
  res.json([...posts.values()].slice(from, to));
});

router.get("/:id", (req, res) => {
  res.json(posts.get(req.params.id));
});

router.delete("/:id", (req, res) => {
  posts.delete(req.params.id);
  res.status(204).end();
});

module.exports = router;
""",
    "src/slug.js": """\
function slug(title) {
  return title.toLowerCase().trim().split(/\\s+/).join("-");
}

function shorten(text, length) {
  return text.length <= length ? text : text.slice(0, length - 3) + "...";
}

module.exports = { slug, shorten };
""",
    "src/limits.js": """\
const SIZE = 20;

function clamp(number, least, most) {
  return Math.min(Math.max(number, least), most);
}

function page(number) {
  const from = (clamp(number || 1, 1, 1000) - 1) * SIZE;
  return { from, to: from + SIZE };
}

module.exports = { SIZE, clamp, page };
""",
    "db/001_posts.sql": """\
CREATE TABLE posts (
    id bigint PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    body text NOT NULL
);
""",
    "test/slug.test.js": """\
const assert = require("node:assert");
const { test } = require("node:test");

const { shorten, slug } = require("../src/slug");

test("a slug has no blanks", () => {
  assert.strictEqual(slug("Two  Words"), "two-words");
});

test("a long text is shortened", () => {
  assert.strictEqual(shorten("a long text", 6), "a l...");
});

test("a short text stays", () => {
  assert.strictEqual(shorten("short", 6), "short");
});
""",
    "test/limits.test.js": """\
const assert = require("node:assert");
const { test } = require("node:test");

const { clamp, page } = require("../src/limits");

test("a number is clamped", () => {
  assert.strictEqual(clamp(7, 1, 5), 5);
});

test("the first page begins at nothing", () => {
  assert.deepStrictEqual(page(1), { from: 0, to: 20 });
});
""",
}

STACKS = {
    "python": Stack(PYTHON, 6, "app/main.py", "app/pricing.py", "tests/test_pricing.py"),
    "javascript": Stack(JAVASCRIPT, 5, "src/app.js", "src/slug.js", "test/slug.test.js"),
}

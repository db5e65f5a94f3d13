"""Rules: each finds what it is for, where it is, and nothing in code that is as it should be."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sessions.lock import locked
from sessions.session import open_session
from tests.kit import CLI, SAMPLES, SESSION, TASK, copy_sample, document, waggle
from workers.catalog import built_in
from workers.phases.finish import Request, finish
from workers.phases.prepare import Order, prepare
from workers.repository.repository import Repository
from workers.rules import RULES, observations, secrets
from workers.rules.ground import Ground
from workers.rules.rating import RUBRIC, scores, too_little_read
from workers.rules.report import write_report
from workers.survey import survey
from workers.survey.walk import files

pytestmark = pytest.mark.usefixtures("late_imports")

HEAD = (
    "from fastapi import APIRouter, Depends, FastAPI, HTTPException\n"
    "app = FastAPI(); router = APIRouter()\n"
    "def current_user(): raise HTTPException(401)\n"
)
TAIL = "app.include_router(router)\n"
GUARDED = '@router.post("/a")\ndef make_a(caller=Depends(current_user)):\n    return 1\n'
LISTING = (
    '@router.get("/orders")\ndef list_orders():\n'
    '    return db.execute("SELECT * FROM orders{}").fetchall()\n'
)
LOGIN = (
    '@router.post("/access")\ndef give_token(form):\n'
    "    return users.authenticate(form.name, form.password)\n"
)
TABLES = (
    "CREATE TABLE users (id int PRIMARY KEY);\n"
    "CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id));\n"
)
RENAMING = (
    '@router.{}("/users/delete")\ndef x():\n    db.execute("DELETE FROM users")\n    return 1\n'
)
IDLE = "def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n"
MIGRATION = "def upgrade():\n    op.drop_table('x')\n\n\ndef downgrade():\n    {}\n"
ONE_WAY = "x = [migrations.RunPython(forwards)]\n"
SELECT_ONE = "db.fetch('SELECT 1 WHERE id = $1', o.id)"
ROWS = (
    "from sqlalchemy.orm import Session\ndef f(session):\n"
    "    rows = session.query(Order).all()\n    for o in rows:\n"
)
ROWS_JS = "async function f() {\n  const rows = await Order.findAll();\n  for (const o of rows) {\n"

SCALARS = (
    "from sqlalchemy import select\nfrom sqlalchemy.orm import Session\n"
    '@router.get("/{}")\ndef rows(db, stmt):\n    return db.scalars({}).all()\n'
)
EXPRESS = (
    "const express = require('express');\nconst app = express();\n"
    "app.get('/orders', async (req, res) => {{\n"
    "  const rows = await Order.find({});\n  res.json({});\n}});\n"
)
MODELS = (
    "from sqlalchemy import Column, ForeignKey, Integer, Index\n"
    "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n"
    "class User(Base):\n    __tablename__ = 'users'; id = Column(Integer, primary_key=True)\n"
    "class Order(Base):\n    __tablename__ = 'orders'\n    id = Column(Integer, primary_key=True)\n"
    "    user_id = Column(ForeignKey('users.id'))\n"
)
ENTITIES = (
    "import {{ Entity, Index, JoinColumn, ManyToOne, OneToOne, PrimaryColumn }} from 'typeorm';\n"
    "@Entity()\nclass User {{ @PrimaryColumn() id: number; }}\n"
    "@Entity()\nclass Order {{ @PrimaryColumn() id: number; {}(() => User) user: User; }}\n"
)

# Rule -> files of a repository, and the lines that it has to cite; none is code as it should be.
CASES: dict[str, list[tuple[dict[str, str], list[str]]]] = {
    "secrets_are_not_in_the_code": [
        ({"a.py": 'API_KEY = "k3j4h5q8w9z1"\n'}, ["a.py:1"]),
        ({"a.ts": "const cfg = { jwtSecret: '6EwQsWNDR4AoSvFCHAsF' };\n"}, ["a.ts:1"]),
        ({"a.js": f"x = 1\nkey = `-----BEGIN RSA PRIVATE KEY-----\n{'MIIE' * 60}`\n"}, ["a.js:2"]),
        ({"a.py": "SECRET_KEY = '2^f+3@v7$v1f8yt0!s)3-1t$)tlp+xm17=*g))_xoi&&9m'\n"}, ["a.py:1"]),
        ({"a.py": 'SECRET = os.environ.get("JWT_SECRET", "9fK2mQ7xL4vB8nR1")\n'}, ["a.py:1"]),
        ({"a.js": 'const s = process.env.JWT_SECRET || "9fK2mQ7xL4vB8nR1";\n'}, ["a.js:1"]),
        ({"a.py": '# API_KEY = "k3j4h5q8w9z1"\n"""API_KEY = "k3j4h5q8w9z1" """\n'}, []),
        ({"a.py": "if '-----BEGIN RSA PRIVATE KEY-----' in text:\n    pass\n"}, []),
        ({"a.ts": 'const ids = { GooglePasswordManager: "ea9b8d66-4d01-1d21-3ce4" };\n'}, []),
        ({"a.js": "const tokenSecret = 'synthetic-auth-2a-token-secret';\n"}, []),
        ({"a.py": 'API_KEY = os.environ["API_KEY_1"]\n'}, []),
        ({"a.py": 'PASSWORD = "change-me-123"\n'}, []),
        ({"a.py": 'password_field = "user_password"\n'}, []),
        ({"a.py": 'token_url = "https://x.example/t0ken"\n'}, []),
        ({"a.ts": "@ApiProperty({ example: { password: 'aB3$kd9Lq2' } })\nclass X {}\n"}, []),
        ({"tests/a.py": 'API_KEY = "k3j4h5q8w9z1"\n'}, []),
        ({"docs/a.py": 'API_KEY = "k3j4h5q8w9z1"\n'}, []),
        # Shown to everybody, a hash, a reference, an id, for tests or a pattern.
        *(
            ({"a.ts": f"const x = {{ {pair} }};\n"}, [])
            for pair in (
                'apiKey: "AIzaSyD4k9Xz2Qw7LmN8vB3cR5tY6uI0oP1aSdF", authDomain: "x.web.app"',
                "apiKey: 'pk_live_51H9xK2mQ7xL4vB8nR1'",
                "password: '$2b$10$Ab3dEf9hIj2kLmN8vB3cRe5tY6uI0oP1aSdFgH7jK9lZ1xC3vB5nM'",
                'apiKey: "ssm:Prod1/Api9X2/k3Zz"',
                'dbPassword: "ENC[AES256_GCM,data:p673w9aB3kd9Lq2,iv:YY9]"',
                '"1Password": "bada5566-a7aa-401f-bd96-4b61f9a5512d"',
                "totpSecret: 'JBSWY3DPEHPK3PXP'",
            )
        ),
        ({"config/settings/local.py": 'SECRET_KEY = "9fK2mQ7xL4vB8nR1tYu3ZaWe"\n'}, []),
        ({"app/factories.py": 'password = "aB3$kd9Lq2"\n'}, []),
        ({"a.js": "if (process.env.JWT_SECRET === '9fK2mQ7xL4vB8nR1') throw x;\n"}, []),
        ({"a.ts": 'enum Field { ApiKey = "x1Y2z3W4v5" }\n'}, []),
        ({"a.ts": '// This is not a secret.\nconst XOR_SECRET_KEY = "9fK2mQ7xL4vB8nR1";\n'}, []),
        ({"a.ts": "const SEARCH_API_KEY = '9b3f1c7a2e4d5f60718293a4b5c6d7e8';\n"}, []),
    ],
    "cors_is_not_open_with_credentials": [
        (
            {"a.py": 'x(\n    allow_origins=["*"],\n    allow_credentials=True,\n)\n'},
            ["a.py:2"],
        ),
        ({"a.js": "app.use(cors({ origin: true, credentials: true }))\n"}, ["a.js:1"]),
        ({"s.py": "CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n"}, ["s.py:1"]),
        ({"a.py": 'x(allow_origins=["*"], allow_credentials=False)\n'}, []),
        ({"a.py": 'a(allow_origins=["*"])\nb(allow_credentials=True)\n'}, []),
        ({"a.py": 'x(origins="*", supports_credentials=True, send_wildcard=True)\n'}, []),
        ({"a.js": "// app.use(cors({ origin: true, credentials: true }))\n"}, []),
        ({"a.js": "app.use(cors({ origin: '*', credentials: true }))\n"}, []),
        ({"a.js": "app.use(cors({ origin: ['https://a.example'], credentials: true }))\n"}, []),
        ({"a.ts": "x.register(fastifyCors, { origin: true, credentials: true });\n"}, ["a.ts:1"]),
        # In some cases only, for development, or no CORS at all.
        ({"a.py": 'if DEBUG:\n    x(allow_origins=["*"], allow_credentials=True)\n'}, []),
        ({"a.js": "isDev && app.use(cors({ origin: true, credentials: true }));\n"}, []),
        ({"a.js": "app.use(cors(isDev ? { origin: true, credentials: true } : own));\n"}, []),
        (
            {
                "a.js": "function f() {\n  if (isProd) return;\n"
                "  x(cors({ origin: true, credentials: true }));\n}\n"
            },
            [],
        ),
        (
            {
                "s.py": "CORS_ALLOW_CREDENTIALS = True\nif DEBUG:\n"
                "    CORS_ALLOW_ALL_ORIGINS = True\n"
            },
            [],
        ),
        (
            {"settings/dev.py": "CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n"},
            [],
        ),
        ({"vite.config.ts": "x = { cors: { origin: true, credentials: true } };\n"}, []),
        ({"a.ts": "x.findMany({ select: { origin: true, credentials: true } });\n"}, []),
        (
            {
                "s/base.py": "CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n",
                "s/production.py": "CORS_ALLOW_ALL_ORIGINS = False\n",
            },
            [],
        ),
    ],
    "writes_ask_who_is_calling": [
        (
            {"a.py": HEAD + GUARDED + '@router.delete("/b")\ndef drop_b():\n    return 1\n' + TAIL},
            ["a.py:7", "a.py:5"],
        ),
        ({"a.py": HEAD + GUARDED + '@router.get("/b")\ndef get_b():\n    return 1\n' + TAIL}, []),
        ({"a.py": HEAD + GUARDED + LOGIN + TAIL}, []),
        ({"a.py": HEAD + '@router.delete("/b")\ndef drop_b():\n    return 1\n' + TAIL}, []),
        (
            {
                "a.py": HEAD
                + GUARDED
                + '@router.delete("/b")\ndef drop_b(request):\n    check_token(request)\n'
                + TAIL
            },
            [],
        ),
        # Open by intent, as its path, a comment, its docstring or a signature says.
        *(
            ({"a.py": f"{HEAD}{GUARDED}{route}{TAIL}"}, [])
            for route in (
                '# Visitors may do so.\n@router.post("/b")\ndef b():\n    return 1\n',
                '@router.post("/b")\ndef b():\n    """Needs no login."""\n    return 1\n',
                '@router.post("/b")\ndef b(x):\n    hmac.compare_digest(x, y)\n    return 1\n',
                '@router.post("/sessions")\ndef b():\n    return 1\n',
                '@router.post("/feedback")\ndef b():\n    return 1\n',
            )
        ),
    ],
    "logins_are_limited": [
        ({"a.py": HEAD + LOGIN + TAIL}, ["a.py:4"]),
        (
            {"a.js": "const app = require('express')();\napp.post('/login', ctrl.login);\n"},
            ["a.js:2"],
        ),
        (
            {
                "a.py": HEAD + LOGIN + TAIL,
                "requirements.txt": "slowapi\n",
                "b.py": "import slowapi\n",
            },
            [],
        ),
        ({"a.py": HEAD + LOGIN.replace("authenticate", "rename") + TAIL}, []),
        ({"a.py": HEAD + LOGIN.replace("form.password", "form.title") + TAIL}, []),
        ({"a.py": HEAD + LISTING.format("") + TAIL}, []),
        # A password is set, measured or changed, or another proof is given.
        *(
            ({"a.py": f'{HEAD}@router.post("{path}")\ndef f(x):\n    return {call}\n{TAIL}'}, [])
            for path, call in (
                ("/register", "validate_password(x.password)"),
                ("/people", "check_password_strength(x.password)"),
                ("/people", "compare(x.password, x.confirm_password)"),
                ("/me/password", "verify_password(x.password, user.hash)"),
                ("/reset-password", "verify_reset_token(x.token, x.new_password)"),
                ("/login/google", "verify_oauth2_token(x.credential)"),
            )
        ),
        # Tries are counted, limited before the service, or where passwords are checked.
        ({"a.py": HEAD + LOGIN + TAIL + "user.failed_login_attempts += 1\n"}, []),
        (
            {"a.py": HEAD + LOGIN + TAIL, "nginx.conf": "limit_req_zone x zone=a:1m rate=5r/m;\n"},
            [],
        ),
        ({"a.py": HEAD + LOGIN + TAIL, "requirements.txt": "django-allauth\n"}, []),
    ],
    "collections_are_paged": [
        ({"a.py": HEAD + LISTING.format("") + TAIL}, ["a.py:4"]),
        ({"a.py": HEAD + LISTING.format(" LIMIT 50") + TAIL}, []),
        ({"a.py": HEAD + LISTING.format(" WHERE owner = $1") + TAIL}, ["a.py:4"]),
        ({"a.py": HEAD + LISTING.format(" WHERE id = ANY($1)") + TAIL}, []),
        ({"a.py": HEAD + LISTING.format("").replace("return", "print(1);") + TAIL}, []),
        ({"a.py": HEAD + LISTING.format("").replace("/orders", "/orders/{id}") + TAIL}, []),
        ({"a.py": HEAD + LISTING.format("").replace("db.execute(", "log(") + TAIL}, []),
        ({"a.py": HEAD + SCALARS.format("orders", "select(Order)") + TAIL}, ["a.py:6"]),
        ({"a.js": EXPRESS.format("{ a: 1 }", "rows")}, ["a.js:3"]),
        # Bounded elsewhere, summed up, grouped, by key, or a short list.
        ({"a.py": HEAD + SCALARS.format("orders", "narrowed(select(Order))") + TAIL}, []),
        ({"a.py": HEAD + SCALARS.format("orders", "stmt") + TAIL}, []),
        ({"a.py": HEAD + SCALARS.format("orders", "select(Order.a).group_by(Order.a)") + TAIL}, []),
        ({"a.py": HEAD + SCALARS.format("countries", "select(Country)") + TAIL}, []),
        ({"a.py": HEAD + LISTING.format("{x}").replace('"SEL', 'f"SEL') + TAIL}, []),
        (
            {
                "a.py": HEAD
                + LISTING.format("").replace("db.e", "len(db.e").replace("()\n", "())\n")
            },
            [],
        ),
        *(
            ({"a.js": EXPRESS.format(options, answer)}, [])
            for options, answer in (
                ("optionsOf(req)", "rows"),
                ("{ a: 1, ...partOf(req) }", "rows"),
                ("{ _id: req.query.id }", "rows"),
                ("{ a: 1 }", "{ n: rows.length }"),
                ("{ a: 1 }", "rows.reduce(add, 0)"),
                ("{ a: 1 }", "rows.slice(0, 20)"),
            )
        ),
        *(
            (
                {
                    "a.py": HEAD
                    + SCALARS.format("orders", "select(A)")
                    .replace("n db", f"n {name}(db")
                    .replace("()\n", "())\n")
                    + TAIL
                },
                lines,
            )
            for name, lines in (("list", ["a.py:6"]), ("heapq.nlargest", []), ("bool", []))
        ),
    ],
    "reading_changes_nothing": [
        (
            {"a.py": HEAD + RENAMING.format("get") + TAIL},
            ["a.py:4"],
        ),
        ({"a.py": HEAD + RENAMING.format("post") + TAIL}, []),
        ({"a.py": HEAD + RENAMING.format("get").replace("DELETE", "SELECT") + TAIL}, []),
        ({"a.py": HEAD + '@router.get("/deletions")\ndef x():\n    return 1\n' + TAIL}, []),
        # A commit after a read, a note of who came, and what has no rows.
        *(
            (
                {
                    "a.py": f"from sqlalchemy.orm import Session\n{HEAD}"
                    f'@router.get("/delete-requests")\ndef x(db):\n    {code}\n'
                    f"    db.commit()\n{TAIL}"
                },
                lines,
            )
            for code, lines in (
                ("rows = db.get(Order, 1)", []),
                ("db.add(AuditLog(1))", []),
                ("db.add(Order(1))", ["a.py:5"]),
                ("order.state = 1", ["a.py:5"]),
            )
        ),
        (
            {
                "a.js": "const app = require('express')();\n"
                "app.get('/loads/cancel', (req, res) => { stream.destroy(); res.end(); });\n"
            },
            [],
        ),
    ],
    "errors_have_one_form": [
        (
            {
                "a.js": 'res.status(404).json({ error: "x" });\n',
                "b.js": 'res.status(400).json({ message: "x" });\n',
            },
            ["a.js:1", "b.js:1"],
        ),
        (
            {"a.js": 'res.status(404).json({ error: "x" });\nres.status(400).json({ error: 1 });'},
            [],
        ),
        (
            {
                "a.js": 'res.status(404).json({ success: false, error: "x" });\n'
                'res.status(400).json({ error: "x", code: 1 });\n'
                '// res.status(400).json({ message: "x" });\n'
            },
            [],
        ),
        # A spread, a short form, a bridge, health, a standard, and a program of its own.
        *(
            (
                {
                    "a.js": 'res.status(404).json({ error: "x" });\n'
                    f"res.status(400).json({body});\n"
                },
                [],
            )
            for body in (
                '{ ...base, message: "x" }',
                "{ error, message: 1 }",
                '{ status: "down", checks }',
                '{ message: "x" });\nres.status(400).json({ error: 1, message: "x" }',
                '{ jsonrpc: "2.0", message: "x" }',
            )
        ),
        (
            {
                "a.py": 'JSONResponse({"error": 1}, status_code=400)\ndef health():\n'
                '    return JSONResponse({"message": 1}, status_code=503)\n'
            },
            [],
        ),
        (
            {
                "a/package.json": "{}",
                "b/package.json": "{}",
                "a/x.js": "res.status(400).json({ error: 1 });\n",
                "b/x.js": "res.status(400).json({ message: 1 });\n",
            },
            [],
        ),
    ],
    "queries_do_not_run_in_loops": [
        (
            {"a.py": f"for o in db.fetch('SELECT 1'):\n    x = {SELECT_ONE}\n"},
            ["a.py:1"],
        ),
        (
            {"a.py": f"{ROWS}        c = session.query(Item).filter(Item.id == o.c).first()\n"},
            ["a.py:4"],
        ),
        (
            {"a.py": "for o in Order.objects.filter(a=1):\n    c = Item.objects.get(pk=o.c)\n"},
            ["a.py:1"],
        ),
        ({"a.ts": ROWS_JS + "    const c = await Item.findOne({ o });\n  }\n}\n"}, ["a.ts:3"]),
        # A literal, an unknown list, an early end, a cache, a change, a dictionary, no code.
        ({"a.py": "for o in (A, B):\n    x = Item.objects.get(pk=o.id)\n"}, []),
        ({"a.py": f"for o in orders:\n    x = {SELECT_ONE}\n"}, []),
        ({"a.ts": ROWS_JS + "    return await Item.findOne({ o });\n  }\n}\n"}, []),
        ({"a.ts": ROWS_JS + "    if (!seen) { await Item.findOne({ o }); }\n  }\n}\n"}, []),
        ({"a.py": ROWS + "        session.query(Item).filter(Item.o == o.id).delete()\n"}, []),
        ({"a.py": ROWS + "        c = session.get(o.kernel, {})\n"}, []),
        ({"a.py": ROWS + "        pass  # c = session.query(Item).filter(o.c).first()\n"}, []),
        ({"a.py": '"""\nfor o in Order.objects.all():\n    Item.objects.get(pk=o.c)\n"""\n'}, []),
        ({"a.py": f"for o in orders:\n    x.append(o)\ny = {SELECT_ONE}\n"}, []),
        ({"migrations/a.py": f"for o in db.fetch('SELECT 1'):\n    {SELECT_ONE}\n"}, []),
        # For some rows only, for few, for each alone, once, or perhaps from the session.
        *(
            ({"a.py": f"for o in Order.objects.all():\n{body}"}, [])
            for body in (
                "    c = seen.get(o.c) or Item.objects.get(pk=o.c)\n",
                "    if o.c in seen:\n        continue\n    c = Item.objects.get(pk=o.c)\n",
                "    try:\n        x[o.c]\n    except E:\n        Item.objects.get(pk=o.c)\n",
                "    with schema(o.name):\n        n = Item.objects.filter(a=o.a).count()\n",
                "    n = Item.objects.using(o.db).filter(a=o.a).count()\n",
            )
        ),
        ({"a.ts": ROWS_JS.replace("()", "({ limit: 3 })") + "await Item.findOne({ o });}}\n"}, []),
        ({"a.py": ROWS.replace(".all", ".limit(3).all") + "        session.get(Item, o.c)\n"}, []),
        ({"a.py": ROWS + "        c = session.get(Item, o.c)\n"}, ["a.py:4"]),
        (
            {
                "a.py": ROWS.replace("    rows", "    read = session.query(Item).all()\n    rows")
                + "        c = session.get(Item, o.c)\n"
            },
            [],
        ),
        ({"a.py": "for o in db.fetch('SELECT 1'):\n    x = db.fetch('SELECT f($1)', o.id)\n"}, []),
        ({"prisma/seed.ts": ROWS_JS + "    await Item.findOne({ o });\n  }\n}\n"}, []),
        ({"a.py": "for o in Order.objects.filter(pk=1):\n    Item.objects.get(pk=o.c)\n"}, []),
        ({"a.ts": ROWS_JS + "    seen[o.c] ??= await Item.findOne({ o });\n  }\n}\n"}, []),
        (
            {
                "a.py": "@click.command()\ndef f():\n    for o in Order.objects.all():\n"
                "        Item.objects.get(pk=o.c)\n"
            },
            [],
        ),
    ],
    "tables_have_primary_keys": [
        ({"a.sql": "CREATE TABLE t (a int, b int);\n"}, ["a.sql:1"]),
        ({"a.sql": "CREATE TABLE t (a int PRIMARY KEY, b int);\n"}, []),
        ({"a.sql": "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));\n"}, []),
        ({"a.sql": "CREATE TABLE t (a UInt64, b String) ENGINE = MergeTree ORDER BY a;\n"}, []),
        ({"a.sql": "CREATE UNLOGGED TABLE staging (a int, b int);\n"}, []),
        (
            {
                "a.sql": "CREATE TABLE t (a int, b int);\n"
                "DO $$ BEGIN ALTER TABLE t ADD PRIMARY KEY (a); END $$;\n"
            },
            [],
        ),
        (
            {
                "a.sql": "CREATE TABLE t (a int, b int);\n",
                "b.py": "op.create_primary_key('pk', 't', ['a'])\n",
            },
            [],
        ),
    ],
    "foreign_keys_have_indexes": [
        ({"a.sql": TABLES}, ["a.sql:2"]),
        ({"a.sql": TABLES + "CREATE INDEX i ON orders (user_id);\n"}, []),
        (
            {"a.sql": TABLES, "requirements.txt": "mysqlclient\n", "a.py": "import mysqlclient\n"},
            [],
        ),
        ({"a.py": MODELS}, ["a.py:6"]),
        # Made by a migration, apart from its table, by the engine or for a property.
        ({"a.py": MODELS, "b.py": "Index('ix', Order.user_id)\n"}, []),
        ({"a.py": MODELS, "b.sql": "CREATE INDEX ix ON orders (user_id);\n"}, []),
        ({"a.py": MODELS, "b.sql": "CREATE INDEX ix ON others (user_id);\n"}, ["a.py:6"]),
        (
            {
                "a.py": MODELS,
                "versions/1.py": "def upgrade():\n"
                "    op.create_index('ix', 'orders', ['user_id'])\n",
            },
            [],
        ),
        ({"a.sql": TABLES.replace(");\n", ") ENGINE=InnoDB;\n")}, []),
        ({"a.ts": ENTITIES.format("@ManyToOne")}, ["a.ts:5"]),
        ({"a.ts": ENTITIES.format("@Index() @ManyToOne")}, []),
        ({"a.ts": ENTITIES.format("@JoinColumn() @OneToOne")}, []),
        ({"a.ts": ENTITIES.format("@ManyToOne").replace("typeorm", "@mikro-orm/core")}, []),
        ({"a.py": "IS = True\n" + MODELS.replace("'))", "'), index=IS)")}, []),
        ({"a.py": "IS = True\n" + MODELS.replace("'))", "'), index=False)")}, ["a.py:7"]),
    ],
    "migrations_can_be_undone": [
        ({"versions/a.py": MIGRATION.format("pass")}, ["versions/a.py:5"]),
        ({"versions/a.py": MIGRATION.format('"""Downgrade schema."""')}, ["versions/a.py:5"]),
        ({"versions/a.py": MIGRATION.format("op.create_table('x')")}, []),
        ({"versions/a.py": MIGRATION.format("pass  # the rows are gone for good")}, []),
        ({"versions/a.py": MIGRATION.format('raise Exception("cannot go back")')}, []),
        ({"versions/a.py": MIGRATION.format("pass").replace("drop_table", "execute")}, []),
        ({"versions/a.py": IDLE}, []),
        ({"app/migrations/0002_x.py": ONE_WAY}, ["app/migrations/0002_x.py:1"]),
        ({"app/migrations/0002_x.py": f"# Cannot be undone: names are lost.\n{ONE_WAY}"}, []),
        ({"app/migrations/0002_x.py": f"# {ONE_WAY}"}, []),
        ({"app/migrations/0002_x.py": "x = [migrations.RunPython(forwards, back)]\n"}, []),
        (
            {"versions/a.py": MIGRATION.replace("def d", "# Rows are lost.\ndef d").format("pass")},
            [],
        ),
        ({"versions/a.py": '"""Irreversible."""\n' + MIGRATION.format("pass")}, []),
        ({"app/migrations/0002_x.py": '"""Cannot be undone."""\n' + ONE_WAY}, []),
        ({"app/migrations/0002_x.py": "x = [migrations.RunPython(*both)]\n"}, []),
        ({"app/migrations/0002_x.py": f"def forwards(a, b):\n    pass\n{ONE_WAY}"}, []),
        (
            {
                "versions/a.py": MIGRATION.format(
                    "# ### commands auto generated by Alembic - please adjust! ###\n    pass"
                )
            },
            ["versions/a.py:5"],
        ),
    ],
}


def ground_of(root: Path) -> Ground:
    return Ground(survey(root, use_cache=False), Repository(root), tuple(files(root)))


def test_every_rule_has_cases() -> None:
    assert {rule.__name__ for rule in RULES} == CASES.keys()
    for name, cases in CASES.items():
        assert any(lines for _, lines in cases), name
        assert any(not lines for _, lines in cases), name


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name in CASES for n in range(len(CASES[name]))]
)
def test_a_rule_finds_what_it_is_for(tmp_path: Path, name: str, number: int) -> None:
    texts, lines = CASES[name][number]
    for file, text in texts.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    rule = next(one for one in RULES if one.__name__ == name)
    found = [place for one in rule(ground_of(tmp_path)) for place in one.places]
    assert [f"{place.file}:{place.line}" for place in found] == lines


def test_a_secret_is_cited_and_never_repeated(tmp_path: Path) -> None:
    canary = "cAn4Ry59f2c1d0"
    (tmp_path / "a.py").write_text(f'API_KEY = "{canary}"\n')
    found = list(secrets.secrets_are_not_in_the_code(ground_of(tmp_path)))
    assert found
    assert canary not in str(found)


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_a_report_by_rule_is_judged_like_any_other(tmp_path: Path, sample: Path) -> None:
    root = copy_sample(tmp_path, sample)
    prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
    session = open_session(root, SESSION)
    write_report(session, built_in()[0])
    output = finish(Request(built_in()[0], root, CLI), SESSION)
    assert (output.status, output.problems) == ("completed", [])
    report = json.loads(session.json_file("backend").read_bytes())
    assert len(report["api_specifications"]) >= 6
    assert len(report["database_designs"]) == 3
    assert report["findings"]


def test_two_reports_by_rule_are_not_written_at_a_time(tmp_path: Path) -> None:
    root = copy_sample(tmp_path)
    prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
    session = open_session(root, SESSION)
    session.notes_file("backend").write_text("what somebody wrote")
    words = ["backend", "--run", "--model", "survey", "--session", SESSION, "--json"]
    with locked(session.path / ".backend-run.lock"):
        held_up = waggle(*words, cwd=root)
    assert (held_up.returncode, document(held_up)["problems"][0]["code"]) == (3, "R09")
    assert session.notes_file("backend").read_text() == "what somebody wrote"
    assert waggle(*words, cwd=root).returncode == 0


def test_all_three_phases_need_no_network(tmp_path: Path) -> None:
    root = copy_sample(tmp_path)
    alone = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("needs network namespaces")
    words = ["backend", "--run", "--model", "survey", "--task", TASK, "--json"]
    command = [*alone, sys.executable, str(CLI), *words]
    run = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert (told["status"], told["phase"], told["model"]) == ("completed", "run", "survey")
    again = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert again.returncode == 0


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"README.md": "# Nothing here\n"}, "none is declared"),
        ({"main.swift": "import Shop\n", "Package.swift": "\n"}, "Swift, 2 files"),
    ],
    ids=["nothing", "swift"],
)
def test_where_nothing_is_read_no_session_is_made(
    tmp_path: Path, files: dict[str, str], named: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    words = ["backend", "--run", "--model", "survey", "--task", TASK]
    run = waggle(*words, cwd=tmp_path)
    assert run.returncode == 3
    (problem,) = document(run)["problems"]
    assert "without a model there is nothing to report" in problem["message"]
    assert named in problem["message"]
    assert not (tmp_path / "Docs").exists()


def test_a_domain_of_which_too_little_was_read_has_no_score(tmp_path: Path) -> None:
    root = copy_sample(tmp_path)
    for number in range(40):
        (root / f"h{number}.swift").write_text("import Shop\n")
    prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
    session = open_session(root, SESSION)
    write_report(session, built_in()[0])
    report = json.loads(session.json_file("backend").read_bytes())
    assert set(report["scores"].values()) == {None}
    areas = {row["area"]: row["reason"] for row in report["not_examined"]}
    assert areas["API design score"] == "3 of 43 files that may declare endpoints were read"
    output = finish(Request(built_in()[0], root, CLI), SESSION)
    assert (output.status, output.problems) == ("completed", [])


NOT_RATED = ("| API design | 6.5 |", "| API design | Not rated |")


@pytest.mark.parametrize(
    ("name", "in_notes", "code"),
    [
        ("api_design_score", ("", ""), "C09"),  # the notes have a number
        ("api_design_score", NOT_RATED, "S12"),  # nothing says why
        ("overall_score", ("", ""), "C04"),  # the others are numbers
    ],
)
def test_a_score_is_null_in_both_files_and_for_a_reason(
    tmp_path: Path, name: str, in_notes: tuple[str, str], code: str
) -> None:
    root = copy_sample(tmp_path)
    prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
    session = open_session(root, SESSION)
    write_report(session, built_in()[0])
    notes, data = session.notes_file("backend"), session.json_file("backend")
    report = json.loads(data.read_bytes())
    report["scores"][name] = None
    data.write_text(json.dumps(report))
    assert in_notes[0] in notes.read_text("utf-8")
    notes.write_text(notes.read_text("utf-8").replace(*in_notes), "utf-8")
    output = finish(Request(built_in()[0], root, CLI), SESSION)
    assert [one.code for one in output.problems if one.severity == "error"] == [code]


def test_the_rubric_bounds_and_costs(tmp_path: Path) -> None:
    assert scores([])["overall_score"] == 9
    (tmp_path / "a.py").write_text(CASES["writes_ask_who_is_calling"][0][0]["a.py"])
    rated = scores(observations(ground_of(tmp_path)))
    assert rated["api_design_score"] == 6.5
    assert rated["database_performance_score"] == 9
    assert "2.5" in RUBRIC


def test_a_framework_that_was_not_read_leaves_its_domain_unrated(tmp_path: Path) -> None:
    """The reason of a gap says what is missing: its words decide which score is null."""
    (tmp_path / "a.py").write_text(CASES["writes_ask_who_is_calling"][1][0]["a.py"])
    for number in range(4):
        code = "import strawberry\n@strawberry.type\nclass Query:\n    x: int\n"
        (tmp_path / f"schema{number}.py").write_text(code)
    unrated = too_little_read(survey(tmp_path, use_cache=False), sources=5)
    assert "api_design_score" in unrated
    assert "service_architecture_score" not in unrated

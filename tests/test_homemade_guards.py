"""A guard that nothing marks as one: custom errors, answered far away. No route is open for it.

`open` decides against a report, so it needs that all places that refuse were seen to be asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from workers.survey import survey

if TYPE_CHECKING:
    from pathlib import Path

_DENIED = "class Denied(Exception):\n    pass\n"
_JS_DENIED = "class Denied extends Error {}\nmodule.exports = { Denied };\n"
_FASTAPI = """\
from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from problems import Denied
from gate import check
app = FastAPI()
@app.exception_handler(Denied)
def answer(request, error):
    return JSONResponse({{}}, status_code=401)
@app.delete("/x"{dependencies})
def remove(key: str = ""):
    {body}
    return {{}}
"""
_CHECK = """\
from problems import Denied
def check(key: str = ""):
    if key != "k":
        raise Denied()
"""
_EXPRESS = """\
const express = require('express');
const gate = require('./gate');
const app = express();
{use}
app.delete('/x', {handler});
app.use((err, req, res, next) => {{
  if (err.name === 'Denied') res.status(401).json({{}}); else next(err);
}});
"""
_JS_GATE = """\
const { Denied } = require('./problems');
module.exports = (q, s, done) => (q.headers['x-key'] ? done() : done(new Denied()));
"""
_KOA = """\
const Koa = require('koa');
const Router = require('@koa/router');
const gate = require('./gate');
const app = new Koa();
app.use(async (c, go) => { try { await go(); } catch (e) { c.status = 401; } });
const r = new Router();
r.delete('/x', gate, async (c) => { c.body = {}; });
app.use(r.routes());
"""
_DJANGO = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'p.settings')\n",
    "p/settings.py": "ROOT_URLCONF = 'p.urls'\nMIDDLEWARE = ['a.errors.Answer']\n",
    "p/urls.py": "from django.urls import path\nfrom a.views import remove\n"
    "from a.gate import members\nurlpatterns = [path('x', members(remove))]\n",
    "a/views.py": "from django.http import JsonResponse\ndef remove(request):\n"
    "    return JsonResponse({})\n",
    "a/gate.py": "from a.problems import Denied\ndef members(f):\n    def inner(r):\n"
    "        if 'X-Key' not in r.headers:\n            raise Denied()\n        return f(r)\n"
    "    return inner\n",
    "a/problems.py": _DENIED,
    "a/errors.py": "from django.http import JsonResponse\nclass Answer:\n"
    "    def __init__(self, go):\n        self.go = go\n    def __call__(self, r):\n"
    "        return self.go(r)\n    def process_exception(self, r, error):\n"
    "        return JsonResponse({}, status=401)\n",
}
_WSGI = {
    "app.py": "from flask import Flask\nfrom gate import Key\napp = Flask(__name__)\n"
    "app.wsgi_app = Key(app.wsgi_app)\n"
    "@app.route('/x', methods=['DELETE'])\ndef remove():\n    return ''\n",
    "gate.py": "class Key:\n    def __init__(self, app):\n        self.app = app\n"
    "    def __call__(self, environ, start):\n        if not environ.get('HTTP_X_KEY'):\n"
    "            start('401 No', [])\n            return [b'']\n"
    "        return self.app(environ, start)\n",
}


def _fastapi(*, dependencies: str = "", body: str = "pass") -> dict[str, str]:
    app = _FASTAPI.format(dependencies=dependencies, body=body)
    return {"app.py": app, "gate.py": _CHECK, "problems.py": _DENIED}


def _express(*, use: str = "", handler: str = "(q, s) => s.json({})") -> dict[str, str]:
    app = _EXPRESS.format(use=use, handler=handler)
    return {"app.js": app, "gate.js": _JS_GATE, "problems.js": _JS_DENIED}


GUARDED = {
    "fastapi dependency": _fastapi(dependencies=", dependencies=[Depends(check)]"),
    "fastapi body": _fastapi(body="check(key)"),
    "express use": _express(use="app.use(gate);"),
    "express all": _express(use="app.all('*', gate);"),
    "express argument": _express(handler="gate, (q, s) => s.json({})"),
    "express wrapper": _express(handler="gate((q, s) => s.json({}))"),
    "koa": {"app.js": _KOA, "gate.js": _JS_GATE, "problems.js": _JS_DENIED},
    "error with a status": {
        "app.js": "const app = require('express')();\nconst load = require('./load');\n"
        "app.delete('/x', (q, s) => s.json(load(q)));\n",
        "load.js": "const { Unknown } = require('./errors');\n"
        "module.exports = (q) => { if (!q.key) throw new Unknown(); };\n",
        "errors.js": "class Unknown extends Error {\n  status = 401;\n}\n"
        "module.exports = { Unknown };\n",
    },
    "django view": _DJANGO,
    "wsgi": _WSGI,
}
OPEN = {
    "fastapi": _fastapi() | {"app.py": _fastapi()["app.py"].replace("status_code=401", "")},
    # A place that refuses and is called by handlers alone is theirs; a line's number is no status.
    "what another handler calls": {
        "app.js": "const app = require('express')();\nconst { edit } = require('./service');\n"
        "app.delete('/x', (q, s) => s.json({}));\n"
        "app.put('/y', (q, s) => s.json(edit(q.user)));\n",
        "service.js": "module.exports.edit = (user) => { if (user.id !== user.owner) "
        "throw new HttpException(403); };\n",
    },
    "line 401": {
        "app.js": "const app = require('express')();\n"
        "app.delete('/x', (q, s) => s.json({}));\n" + "\n" * 398 + "const f = (token) => {\n"
        "  check(token);\n  rejectUnauthorized(token);\n};\n"
    },
    "express": {
        "app.js": "const app = require('express')();\n"
        "app.delete('/x', (q, s) => s.json({}));\n"
        "app.use((err, req, res, next) => { res.status(500).json({}); });\n"
    },
}


def _accesses(root: Path, files: dict[str, str]) -> list[str | None]:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8")
    found = survey(root, use_cache=False).endpoints
    return [one.access for one in found if one.path == "/x"]


@pytest.mark.parametrize("files", GUARDED.values(), ids=GUARDED)
def test_a_route_behind_a_guard_that_nothing_marks_is_never_open(
    tmp_path: Path, files: dict[str, str]
) -> None:
    accesses = _accesses(tmp_path, files)
    assert accesses
    assert "open" not in accesses


@pytest.mark.parametrize("files", OPEN.values(), ids=OPEN)
def test_a_route_is_open_where_nothing_refuses(tmp_path: Path, files: dict[str, str]) -> None:
    assert _accesses(tmp_path, files) == ["open"]

"""A folder's name alone drops no source: what is imported or tracked is read, the rest is told."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.test_blindness import made
from workers.reporting.survey_report import markdown
from workers.survey import survey
from workers.survey.reading import facts_of
from workers.survey.tracing import trace_of

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = "vendors build out spec test tests fixtures env dist vendor third_party".split()
ROUTER = (
    "from fastapi import APIRouter\n\nrouter = APIRouter(prefix='/{0}')\n\n\n"
    "@router.get('/all')\ndef everything():\n    return []\n"
)
MAIN = (
    "from fastapi import FastAPI\n\nfrom {0} import routes\n\napp = FastAPI()\n"
    "app.include_router(routes.router)\n"
)
SCRIPT_ROUTER = (
    "const {{ Router }} = require('express')\nconst router = Router()\n"
    "router.get('/all', (q, r) => r.end())\nmodule.exports = router\n"
)
SCRIPT_MAIN = (
    "const express = require('express')\nconst app = express()\n"
    "app.use('/{0}', require('./{0}/routes'))\n"
)


def tracked(root: Path) -> Path:
    for command in (["init", "-q"], ["add", "-A", "-f"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_other_code_imports_is_read(tmp_path: Path, folder: str) -> None:
    files = {"main.py": MAIN.format(folder), f"{folder}/routes.py": ROUTER.format(folder)}
    root = made(tmp_path, files)
    for _ in range(2):  # as it was kept, too
        found = survey(root)
        (endpoint,) = found.endpoints
        assert (endpoint.path, endpoint.file) == (f"/{folder}/all", f"{folder}/routes.py")
        assert found.left_out == []
    assert trace_of(root, f"{folder}/routes.py").unread is None


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_a_script_requires_is_read(tmp_path: Path, folder: str) -> None:
    files = {"app.js": SCRIPT_MAIN.format(folder), f"{folder}/routes.js": SCRIPT_ROUTER.format()}
    (endpoint,) = survey(made(tmp_path, files)).endpoints
    assert endpoint.path == f"/{folder}/all"


def test_what_is_imported_is_followed_further_and_dropped_when_it_no_longer_is(
    tmp_path: Path,
) -> None:
    files = {
        "main.py": MAIN.format("vendors"),
        "vendors/__init__.py": "",
        "vendors/routes.py": "from .deep.more import router\n",
        "vendors/deep/more.py": ROUTER.format("deep"),
        "vendors/unused.py": ROUTER.format("unused"),
    }
    root = made(tmp_path, files)
    found = survey(root)
    assert [endpoint.path for endpoint in found.endpoints] == ["/deep/all"]
    assert [(row.folder, row.files) for row in found.left_out] == [("vendors/", 1)]
    (root / "main.py").write_text("x = 1\n")
    found = survey(root)
    assert found.endpoints == []
    assert [(row.folder, row.files) for row in found.left_out] == [("vendors/", 4)]


def test_a_module_that_django_names_in_a_text_is_read(tmp_path: Path) -> None:
    files = {
        "site/settings.py": "ROOT_URLCONF = 'site.urls'\nINSTALLED_APPS = ['vendors.shop']\n",
        "site/urls.py": (
            "from django.urls import include, path\n"
            "urlpatterns = [path('shop/', include('vendors.shop.urls'))]\n"
        ),
        "vendors/shop/urls.py": (
            "from django.urls import path\nfrom . import views\n"
            "urlpatterns = [path('cart/', views.cart)]\n"
        ),
        "vendors/shop/views.py": "def cart(request): ...\n",
    }
    (endpoint,) = survey(made(tmp_path, files)).endpoints
    assert endpoint.path == "/shop/cart/"


@pytest.mark.parametrize("folder", "vendors build out env spec test fixtures".split())
def test_what_git_tracks_as_source_is_read(tmp_path: Path, folder: str) -> None:
    app = ROUTER.replace("(prefix='/{0}')", "()").replace("APIRouter", "FastAPI")
    root = tracked(made(tmp_path, {f"{folder}/main.py": app}))
    assert [endpoint.file for endpoint in survey(root).endpoints] == [f"{folder}/main.py"]


@pytest.mark.parametrize(
    "files",
    [
        {"test/app.js": "const a = require('express')()\nit('x', () => a.get('/x', f))\n"},
        {"tests/apps/app.py": ROUTER.format("x")},
        {"spec/app.py": ROUTER.format("x"), "spec/test_app.py": ""},
        {"dist/app.py": ROUTER.format("x")},
        {"vendor/pkg/fixtures/app.py": ROUTER.format("x")},
        {"node_modules/x/app.js": SCRIPT_MAIN.format("x")},
    ],
)
def test_tests_bundles_and_packages_that_are_tracked_are_no_source(
    tmp_path: Path, files: dict[str, str]
) -> None:
    assert survey(tracked(made(tmp_path, files))).endpoints == []


def test_what_is_left_out_is_told_once_with_the_reason(tmp_path: Path) -> None:
    files = {
        "main.py": "x = 1\n",
        "tests/test_a.py": "",
        "tests/unit/test_b.py": "",
        "a/vendor/x.go": "package x\n",
        "a/users.spec.ts": "",
        "a/users_test.go": "",
        "node_modules/x/index.js": "",
    }
    found = survey(tracked(made(tmp_path, files)))
    rows = {row.folder: (row.files, row.reason) for row in found.left_out}
    assert rows == {
        "tests/": (2, "tests and what they use"),
        "a/vendor/": (1, "code of others"),
        "(by name)": (2, "named as a test, a story or a bundle"),
        "node_modules/": (1, "packages that were installed"),
    }
    text = "\n".join(markdown(found))
    assert text.count("tests and what they use") == 1


LONG = "data:image/png;base64," + "A" * 12_000
CODE = "const app = require('express')()\n" + "".join(
    f"app.get('/r{n}', (q, r) => r.end())\n" for n in range(20)
)


@pytest.mark.parametrize(
    "source",
    [
        f"const logo = '{LONG}'\n{CODE}",
        f'const logo = "{LONG}", other = `{LONG}`\n{CODE}',
        f"{CODE}//# sourceMappingURL={LONG}\n",
        f"{CODE}/* {LONG} */\n",
    ],
)
def test_a_long_literal_makes_no_file_minified(source: str) -> None:
    assert "problem" not in facts_of("app.js", source.encode())


def test_a_bundle_is_minified() -> None:
    bundle = "var a='x';function b(c){return d[c]||'e'};app.get('/x',function(q,r){r.end()});" * 400
    assert "minified" in facts_of("app.js", bundle.encode())["problem"]
    assert (
        "minified" in facts_of("app.js", f"{bundle}//# sourceMappingURL={LONG}".encode())["problem"]
    )

"""Claims against the code: what lines declare, what names stand where, what is unknown."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.kit import SAMPLES, copy_sample
from tests.planting import FILES, judge, lay_out
from workers.repository.repository import Repository
from workers.repository.source import Located, Source
from workers.review import routes_in_text


@pytest.mark.parametrize(
    ("line", "methods", "path"),
    [
        ('@router.get("/users")', {"GET"}, "/users"),
        ("@app.route('/a/<int:id>', methods=['POST', 'PUT'])", {"POST", "PUT"}, "/a/<int:id>"),
        ('@app.route("/a")', {"GET"}, "/a"),
        ('@post("/orders", status_code=201)', {"POST"}, "/orders"),
        ("@expose('/<pk>', methods=('DELETE',))", {"DELETE"}, "/<pk>"),
        ("router.get('/users/:id', auth, handler)", {"GET"}, "/users/:id"),
        ("posts.delete('/:id', handler)", {"DELETE"}, "/:id"),
        ("@Get(':id')", {"GET"}, ":id"),
        ("@Post()", {"POST"}, ""),
        ('@GetMapping("/x/{id}")', {"GET"}, "/x/{id}"),
        ('r.GET("/ping", ping)', {"GET"}, "/ping"),
        ('r.Get("/ping", ping)', {"GET"}, "/ping"),
        ("Route::get('/x', [X::class, 'show'])", {"GET"}, "/x"),
        ("  get '/x', to: 'a#b'", {"GET"}, "/x"),
        ("path('orders/<int:pk>/', views.order),", set(), "orders/<int:pk>/"),
        ("@router.get(PATH)", {"GET"}, None),
        ('@GetMapping(produces = "application/json", value = "/zz")', {"GET"}, "/zz"),
        ('@GetMapping(params = "q")', {"GET"}, ""),
        ("router.get('/cats/:id?', h)", {"GET"}, None),
        ('@app.get("/cats/" "{id}")', {"GET"}, None),
        ('@app.route("/x", ["POST"])', set(), "/x"),
        ('@router.get(f"{PREFIX}/x")', {"GET"}, None),
        ('@router.get("/x" + SUFFIX)', {"GET"}, None),
        ("router.get(`/x/${id}`, handler)", {"GET"}, None),
    ],
)
def test_routes(line: str, methods: set[str], path: str | None) -> None:
    (route,) = routes_in_text.all_routes(Source("x", line))
    assert (set(route.methods), route.path) == (methods, path)


@pytest.mark.parametrize(
    "line",
    [
        'name = payload.get("name")',
        'value = os.environ.get("HOME")',
        'answer = await client.post("/messages", json={})',
        "const x = req.headers.get('a');",
        'requests.get("/users")',
        "x = 1",
    ],
)
def test_what_is_no_route(line: str) -> None:
    assert not [route for route in routes_in_text.all_routes(Source("x", line)) if route.literal]


def test_a_cited_definition_brings_its_decorators() -> None:
    lines = [
        "@router.post(",
        '    "/long",',
        "    status_code=201,",
        ")",
        "def handler():",
        "    ...",
    ]
    (route,) = routes_in_text.routes(Source("x", "\n".join(lines)), 5, 5)
    assert (route.line, route.path, route.status) == (1, "/long", 201)


@pytest.mark.parametrize(
    ("literal", "claimed", "fits"),
    [
        ("/{id}", "/api/v1/users/{user_id}", True),
        ("", "/api/v1/users", True),
        ("/users", "/api/v1/users/", True),
        ("/users", "/api/v1/users/{id}", False),
        ("/:id", "/api/users/me", False),
        ("/users/<int:id>", "/users/{id}", True),
        ("/a/b/c", "/b/c", False),
    ],
)
def test_a_declared_path_is_the_end_of_the_claimed(literal: str, claimed: str, fits: bool) -> None:
    assert routes_in_text.is_suffix(literal, claimed) is fits


def test_names_of_any_notation_are_one(root: Path) -> None:
    (root / "models.py").write_text("class OrderItem(Base):\n    unitPrice = 1\n")
    repository = Repository(root)
    for name in ("order_item", "OrderItem", "order-item", "unit_price"):
        assert repository.has_word(name) is True, name
    assert repository.has_word("order_lines_gone") is False
    assert repository.has_word("OrderI") is False
    assert repository.has_word("OrderI", inside=True) is True


def test_a_search_that_was_cut_short_is_unknown(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.repository.words.SEARCHED_BYTES", 10)
    assert Repository(root).has_word("nowhere_at_all") is None


def test_sessions_confirm_nothing(root: Path) -> None:
    notes = root / "Docs/hive-mind/sessions/s/workers/notes"
    notes.mkdir(parents=True)
    (notes / "backend_notes.md").write_text("phantom_rows")
    assert Repository(root).has_word("phantom_rows") is False


MODEL = """\
from treebeard.mp_tree import MP_Node

class Category(MP_Node):
    title = CharField()
"""


def test_a_column_of_a_library_is_unknown(root: Path) -> None:
    (root / "app/categories.py").write_text(MODEL)
    lay_out(root)
    file = root.parent / FILES[1]
    row = """{
      "id": "DB-003", "table_name": "category", "status": "existing", "description": "A tree",
      "schema": {"columns": [{"name": "numchild", "type": "integer"}]},
      "evidence": [{"file": "%s/app/categories.py", "line": 3, "end_line": 4}]
    },"""
    text = file.read_text("utf-8").replace(
        '"database_designs": [', f'"database_designs": [{row}' % root
    )
    text = text.replace('"database_tables_analyzed": 2', '"database_tables_analyzed": 3')
    file.write_text(text, "utf-8")
    judged = judge(root)
    assert {problem.code for problem in judged.problems} == {"K18", "C15"}
    assert judged.accepted


def test_tables_of_frameworks_and_joins_are_unknown(root: Path) -> None:
    from workers.review.checks.backend.tables import table_stands

    repository = Repository(root)
    for name in ("auth_user", "django_session", "orders", "order", "users_orders"):
        assert table_stands(repository, name), name
    assert not table_stands(repository, "phantoms")


def test_a_check_that_fails_inside_hides_no_other(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_delivery: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr("workers.review.review.checks_of", lambda _profile: (broken,))
    lay_out(root)
    (problem,) = judge(root).problems
    assert (problem.code, problem.severity) == ("R11", "warning")


def test_coverage_tells_what_was_left_out(root: Path) -> None:
    lay_out(root)
    told = judge(root).coverage.document()
    assert told["endpoints"]["in_scope"] == 6
    assert "GET /health (app/main.py:21)" in told["endpoints"]["not_mentioned"]
    assert told["tables"]["not_mentioned"] == ["orders", "users"]
    assert told["files"]["not_mentioned"] == []


def test_every_kind_of_sample_is_judged_in_bounded_time(tmp_path: Path) -> None:
    """Pathological texts in a report end in problems, not in a wait."""
    import time

    root = copy_sample(tmp_path, SAMPLES["honest"])
    for text in ("#### a\n" * 20_000, "Evidence: `a.py:1`\n" * 20_000, "| a |\n|---|\n" * 10_000):
        lay_out(root)
        notes = root.parent / FILES[0]
        notes.write_text(notes.read_text("utf-8") + text, "utf-8")
        start = time.monotonic()
        judge(root)
        assert time.monotonic() - start < 20


PREFIXED = {
    "fastapi": (
        'router = APIRouter(\n    prefix="/orders",\n)\n@router.get("/{id}")',
        "/orders/{id}",
    ),
    "flask": ('bp = Blueprint("o", __name__, url_prefix="/o")\n@bp.get("/x")', "/o/x"),
    "nest": (
        "@Controller('users')\nexport class U {\n  @Get(':id')\n  f(@Query('q') q) {}",
        "users/:id",
    ),
    "spring": ('@RequestMapping("/a")\npublic class A {\n  @GetMapping("/b")', "/a/b"),
    "spring, method above": (
        'class A {\n  @RequestMapping("/z")\n  void z() {}\n  @GetMapping("/b")',
        "/b",
    ),
    "jax-rs": (
        '@Path("/a")\npublic class A {\n  @GET\n  @Path("/{id}")\n  Response f()',
        "/a/{id}",
    ),
}


@pytest.mark.parametrize("framework", PREFIXED)
def test_a_route_has_the_prefix_of_its_own_file(framework: str) -> None:
    text, whole = PREFIXED[framework]
    routes = [route for route in routes_in_text.all_routes(Source("x", text)) if route.strong]
    assert [route.whole.lstrip("/") for route in routes] == [whole.lstrip("/")]


def test_django_paths_end_what_they_serve_unless_others_are_mounted() -> None:
    text = 'path("orders/<int:pk>/", view),\npath("v1/", include(router.urls)),\npath("", home),'
    routes = routes_in_text.all_routes(Source("urls.py", text))
    assert [route.literal for route in routes] == [True, False, False]


def test_methods_may_stand_on_several_lines() -> None:
    text = '@app.route("/x", methods=[\n    "GET",\n    "POST",\n])'
    assert routes_in_text.all_routes(Source("x", text))[0].methods == {"GET", "POST"}


def test_many_routes_cost_little() -> None:
    def seconds(count: int) -> float:
        text = "\n".join(["a." * 900, '@router.get("/x")', "def f(): ..."] * count)
        start = time.process_time()
        assert len(routes_in_text.all_routes(Source("x", text))) == count
        return time.process_time() - start

    assert seconds(2000) < 20 * max(seconds(400), 0.01)  # five times as many, nowhere near squared


@pytest.mark.parametrize("before", ["--", "# SECRET!", "#", "// not", "a !"])
def test_a_quotation_after_a_comment_line_stands(before: str) -> None:
    source = Source("x", f"{before}\nCREATE TABLE users (\n")
    assert source.locate("CREATE TABLE users (", 2) == Located()
    behind = Source("x", f"{before} CREATE TABLE users (")
    assert behind.locate("CREATE TABLE users (", 1) != Located()


def test_columns_that_an_orm_derives_are_not_refuted(root: Path) -> None:
    from workers.review.checks.backend.tables import _is_derived

    (root / "app/models.py").write_text("approved_by = models.ForeignKey(to=User)\n")

    class Fake:
        repository = Repository(root)

    for name, derived in (("approved_by_id", True), ("created_at", True), ("phantom_id", False)):
        assert _is_derived(Fake(), name) is derived  # type: ignore[arg-type]


def test_after_many_names_lies_are_still_found(root: Path) -> None:
    (root / "many.py").write_text(" ".join(f"name_{number}" for number in range(300)))
    repository = Repository(root)
    assert all(repository.has_word(f"name_{number}") for number in range(300))
    assert repository.has_word("phantom_zz") is False
    assert repository.has_word("hantom_z", inside=True) is False
    assert repository.has_word("ame_29", inside=True) is True


def test_after_many_names_a_table_of_a_class_still_stands(root: Path) -> None:
    from workers.review.checks.backend.tables import table_stands

    (root / "app/models.py").write_text("class OrderItem(models.Model):\n    pass\n")
    repository = Repository(root)
    for number in range(50):
        assert repository.has_word(f"phantom_{number}") is False
    assert table_stands(repository, "qqx_orderitem")
    assert not table_stands(repository, "qqx_phantomrow")


DUMP = """\
CREATE TABLE public.teams (
    id bigint NOT NULL,
    owner_id bigint NOT NULL
);
ALTER TABLE ONLY public.teams ADD CONSTRAINT teams_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.teams ADD CONSTRAINT teams_owner FOREIGN KEY (owner_id)
    REFERENCES public.users(id) ON DELETE SET NULL;
"""


def test_keys_that_a_dump_adds_later_are_not_refuted(root: Path) -> None:
    (root / "dump.sql").write_text(DUMP)
    lay_out(root)
    file = root.parent / FILES[1]
    row = """{
      "id": "DB-003", "table_name": "teams", "status": "existing", "description": "Teams",
      "schema": {"columns": [
        {"name": "id", "type": "bigint", "constraints": "PRIMARY KEY"},
        {"name": "owner_id", "type": "bigint",
         "constraints": "NOT NULL REFERENCES users (id) ON DELETE SET NULL"}]},
      "evidence": [{"file": "%s/dump.sql", "line": 1, "end_line": 4}]
    },"""
    text = file.read_text("utf-8")
    text = text.replace('"database_designs": [', f'"database_designs": [{row}' % root)
    text = text.replace('"database_tables_analyzed": 2', '"database_tables_analyzed": 3')
    file.write_text(text, "utf-8")
    assert {problem.code for problem in judge(root).problems} == {"C15"}


def test_several_routes_may_stand_on_a_line() -> None:
    text = 'app.add_routes([web.get("/cats/{id}", h), web.post("/cats", h2)])'
    routes = routes_in_text.all_routes(Source("x", text))
    assert [(set(route.methods), route.path) for route in routes] == [
        ({"GET"}, "/cats/{id}"),
        ({"POST"}, "/cats"),
    ]


def test_a_route_over_a_class_has_the_methods_of_the_class() -> None:
    text = '@api.route("/cats/<id>")\nclass Cat(Resource):\n    def delete(self, id): ...'
    (route,) = routes_in_text.all_routes(Source("x", text))
    assert route.methods == frozenset()


def test_a_name_with_a_space_is_no_other_table() -> None:
    assert list(routes_in_text.tables('CREATE TABLE "Order Details" (id int)')) == []
    assert list(routes_in_text.tables('CREATE TABLE "public"."orders" (id int)')) == ["orders"]

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
    assert {problem.code for problem in judged.problems} == {"C15"}
    assert judged.accepted


def test_tables_of_frameworks_and_joins_are_unknown(root: Path) -> None:
    from workers.claims.names import may_stand

    repository = Repository(root)
    for name in ("auth_user", "django_session", "orders", "order", "users_orders"):
        assert may_stand(repository, name), name
    assert not may_stand(repository, "phantoms")


def test_a_check_that_fails_inside_hides_no_other(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_delivery: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr("workers.review.review.checks_of", lambda _profile: (broken,))
    lay_out(root)
    judged = judge(root)
    (problem,) = judged.problems
    assert (problem.code, problem.severity) == ("R11", "error")
    assert judged.failed_inside
    assert not judged.accepted


def test_coverage_tells_what_was_left_out(root: Path) -> None:
    lay_out(root)
    told = judge(root).coverage.document()
    assert told["endpoints"]["in_scope"] == 6
    assert "GET /health (app/main.py:21)" in told["endpoints"]["not_mentioned"]
    assert told["tables"]["not_mentioned"] == ["orders", "users"]
    assert told["files"]["not_mentioned"] == []


@pytest.mark.alone
@pytest.mark.slow
def test_every_kind_of_sample_is_judged_in_bounded_time(tmp_path: Path) -> None:
    """Pathological texts in a report end in problems, not in a wait."""

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


@pytest.mark.parametrize("before", ["--", "# SECRET!", "#", "// not", "a !"])
def test_a_quotation_after_a_comment_line_stands(before: str) -> None:
    source = Source("x", f"{before}\nCREATE TABLE users (\n")
    assert source.locate("CREATE TABLE users (", 2) == Located()
    behind = Source("x", f"{before} CREATE TABLE users (")
    assert behind.locate("CREATE TABLE users (", 1) != Located()


def test_columns_that_an_orm_derives_are_not_refuted(root: Path) -> None:
    from workers.claims.names import may_be_derived

    (root / "app/models.py").write_text("approved_by = models.ForeignKey(to=User)\n")
    repository = Repository(root)
    assert may_be_derived(repository, "approved_by_id")
    assert not may_be_derived(repository, "phantom_id")


def test_after_many_names_lies_are_still_found(root: Path) -> None:
    (root / "many.py").write_text(" ".join(f"name_{number}" for number in range(300)))
    repository = Repository(root)
    assert all(repository.has_word(f"name_{number}") for number in range(300))
    assert repository.has_word("phantom_zz") is False
    assert repository.has_word("hantom_z", inside=True) is False
    assert repository.has_word("ame_29", inside=True) is True


def test_after_many_names_a_table_of_a_class_still_stands(root: Path) -> None:
    from workers.claims.names import may_stand

    (root / "app/models.py").write_text("class OrderItem(models.Model):\n    pass\n")
    repository = Repository(root)
    for number in range(50):
        assert repository.has_word(f"phantom_{number}") is False
    assert may_stand(repository, "qqx_orderitem")
    assert not may_stand(repository, "qqx_phantomrow")


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

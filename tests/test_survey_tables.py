from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.survey import survey, tables
from workers.survey.tables.languages import LANGUAGES
from workers.survey.tables.naming import snake_case
from workers.survey.tables.plurals import collection
from workers.survey.tables.sequelize import plural
from workers.survey.tables.sql_statements import statements

CASES = Path(__file__).parent / "survey_tables"
FOLDERS = sorted(folder for folder in CASES.iterdir() if (folder / "expected.json").exists())
SUFFIXES = [suffix for language in LANGUAGES for suffix in language.suffixes]


def facts_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    facts = {}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and tables.concerns(name, file.read_bytes()):
            facts[name] = tables.extract(name, file.read_bytes())
    return facts


def found(folder: Path) -> dict[str, Any]:
    """Return what a folder holds, as expected.json writes it: what is not said is left out."""
    listed, missed = tables.resolve(facts_of(folder))
    return {
        "tables": [_said(asdict(table)) for table in listed],
        "not_understood": [asdict(one) for one in missed],
    }


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        said = {key: _said(one) for key, one in value.items()}
        return {key: one for key, one in said.items() if one or (one == 0 and key == "nullable")}
    return [_said(one) for one in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_table_is_found_with_its_columns_and_line(folder: Path) -> None:
    assert found(folder) == json.loads((folder / "expected.json").read_text("utf-8"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_fact_survives_a_cache_and_the_order_of_files(folder: Path) -> None:
    facts = facts_of(folder)
    kept = json.loads(json.dumps(facts))
    backwards = dict(reversed(list(kept.items())))
    assert tables.resolve(kept) == tables.resolve(facts)
    names = [{table.name for table in tables.resolve(each)[0]} for each in (facts, backwards)]
    assert names[0] == names[1]


def test_every_language_has_a_case() -> None:
    files = [file for folder in FOLDERS for file in folder.rglob("*")]
    for language in LANGUAGES:
        assert any(file.name.endswith(language.suffixes) for file in files), language.name


def test_what_is_no_source_concerns_nobody() -> None:
    assert not tables.concerns("notes.txt", b"CREATE TABLE users (id int);")
    assert not tables.concerns("app.py", b"print(1)")
    assert tables.extract("notes.txt", b"CREATE TABLE users (id int);") == []


SEEDS = [
    b"class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n",
    b"CREATE TABLE a (id int PRIMARY KEY, b text DEFAULT 'x');\nALTER TABLE a DROP COLUMN b;\n",
    b"model A {\n  id Int @id\n  b B? @relation(fields: [id], references: [id])\n}\n",
    b"@Entity('a')\nexport class A {\n  @Column({ nullable: true })\n  b: string;\n}\n",
    b"exports.up = (knex) => knex.schema.createTable('a', (t) => { t.string('b'); });\n",
    b"sequelize.define('A', { b: DataTypes.STRING }, { tableName: 'a' });\n",
    b"export const a = pgTable('a', { id: integer('id').primaryKey() });\n",
    b"import mongoose from 'mongoose';\nmongoose.model('A', new Schema({ b: { type: [B] } }));\n",
    b"import '@mikro-orm/core';\n@Entity()\nclass A {\n  @PrimaryKey()\n  id!: number;\n}\n",
    b"import '@mikro-orm/core';\ndefineEntity({ name: 'A', properties: { b: p.string() } });\n",
    b"import 'kysely';\ndb.schema.createTable('a').addColumn('b', 'text').execute();\n",
    b"revision = 'x'\ndown_revision = None\ndef upgrade():\n    op.create_table('a')\n",
    b'type A struct {\n\tgorm.Model\n\tB []A `gorm:"many2many:c"`\n}\nvar x = d.AutoMigrate(&A{})',
    b'@Entity\npublic class A {\n  @Id @Column(name = "a") Long id;\n  @ManyToOne A up;\n}\n',
    b'object A : IntIdTable("a") {\n  val b = varchar("b", 5).nullable().index()\n}\n',
    (
        b"<?php\nclass A extends Migration { function up() { Schema::create('a', function ($t) {\n"
        b"$t->id(); $t->string('b', 5)->nullable()->unique(); }); } }\n"
    ),
    (
        b"<?php\nnamespace A;\nuse Doctrine\\ORM\\Mapping as ORM;\n#[ORM\\Entity]\nclass B {\n"
        b"#[ORM\\Id, ORM\\Column(name: 'c')]\nprivate int $c;\n"
        b'/** @ORM\\ManyToOne("B") */ private $d; }'
    ),
    b"class M(migrations.Migration):\n    operations = [migrations.CreateModel('A', [])]\n",
    b"ActiveRecord::Schema.define do\n  create_table 'a' do |t|\n    t.text 'b'\n  end\nend\n",
    b"class A < ActiveRecord::Migration[7.1]\n  def up\n    add_column :a, :b, :text\n  end\nend",
    b"defmodule A do\n  use Ecto.Migration\n  def up do\n    create table(:a)\n  end\nend\n",
    b'defmodule A do\n  use Ecto.Schema\n  schema "a" do\n    field :b, :string\n  end\nend\n',
    b"""class M : Migration { void Up(MigrationBuilder m) {
    m.CreateTable(name: "a", columns: t => new { Id = t.Column<int>(nullable: false) },
    constraints: t => t.PrimaryKey("k", x => x.Id)); m.RenameColumn("Id", "a", "B"); } }
    """,
    b"""class C : DbContext { public DbSet<A> As { get; set; } }
    public class A { public int Id { get; set; } }
    class F : IEntityTypeConfiguration<A> { public void Configure(X<A> b) {
    b.ToTable("a"); b.Property(x => x.Id).HasColumnName("b"); } }
    """,
    b"""diesel::table! { a (id) { id -> Int4, #[sql_name = "type"] b -> Nullable<Text>, } }
    joinable!(a -> b (id));
    """,
    b"""#[sea_orm(table_name = "a")]
    pub struct Model { #[sea_orm(primary_key)] pub id: i32 }
    """,
]


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(st.data())
def test_foreign_text_never_raises(suffix: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(SEEDS))
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, len(seed)))
    source = seed[:start] + data.draw(st.binary(max_size=30)) + seed[end:]
    for name in (f"app/migrations/schema{suffix}", f"a/models{suffix}"):
        facts = json.loads(json.dumps(tables.extract(name, source)))
        listed, missed = tables.resolve({name: facts})
        assert all(table.file == name and table.line > 0 for table in listed)
        assert all(one.file == name for one in missed)


HOSTILE = {
    "deep": b"x = " + b"[" * 50_000,
    "deep_calls": b"Table('a', m, " + b"f(" * 3_000 + b")" * 3_000 + b")",
    "long_line": b"class A(Base): __tablename__ = '" + b"a" * 1_000_000 + b"'",
    "quotes": b"CREATE TABLE a (id int DEFAULT '" * 20_000,
    "comments": b"/* -- CREATE TABLE " * 20_000,
    "dollars": b"CREATE TABLE $a$ $b$ " * 20_000,
    "not_text": b"\xff\xfe\x00CREATE TABLE a" + bytes(range(256)) * 500,
    "braces": b"model A {\n" * 20_000,
    "chain": b"knex.schema.createTable('a', f)" + b".createTable('b', g)" * 5_000,
    "inherits": b"\n".join(b"class C%d(C%d): id = Column(1)" % (n, n + 1) for n in range(2_000)),
    "blank": b"CREATE TABLE a (\n" + b"\n" * 300_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".py", ".ts", ".js", ".sql", ".prisma", ".rb", ".ex"])
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_costs_bounded_time(suffix: str, source: bytes) -> None:
    name = f"models{suffix}"
    begin = time.monotonic()
    facts = json.loads(json.dumps(tables.extract(name, source)))
    _, missed = tables.resolve({name: facts})
    assert time.monotonic() - begin < 20
    assert len(missed) <= 20_001


def test_what_is_too_large_is_told() -> None:
    source = b"class A(db.Model): pass\n" * 200_000
    _, missed = tables.resolve({"a.py": tables.extract("a.py", source)})
    assert [one.reason for one in missed] == ["it is too large to be source code"]


def test_statements_are_told_apart_by_quotes_comments_and_lines() -> None:
    text = "SELECT ';'; -- ; x\n/* ; */ SELECT 2;\n\nSELECT $a$ ; $a$;\nSELECT 'it\\'s;'"
    found = [(one.text, one.line) for one in statements(text)]
    assert found == [
        ("SELECT ';'", 1),
        ("SELECT 2", 2),
        ("SELECT $a$ ; $a$", 4),
        ("SELECT 'it\\'s;'", 5),
    ]


@pytest.mark.parametrize(
    ("one", "many"),
    [("User", "Users"), ("Category", "Categories"), ("day", "days"), ("Person", "People"),
     ("box", "boxes"), ("news", "news"), ("Status", "Statuses"), ("analysis", "analyses")],
)  # fmt: skip
def test_plurals_are_those_of_sequelize(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize(
    ("model", "name"),
    [("User", "users"), ("Category", "categories"), ("BlogPost", "blogposts"), ("Person", "people"),
     ("Status", "status"), ("Box", "boxes"), ("News", "news"), ("Media", "media"),
     ("Address", "addresses"), ("Datum", "data"), ("Child", "children"), ("users", "users")],
)  # fmt: skip
def test_collections_are_called_as_mongoose_does(model: str, name: str) -> None:
    assert collection(model) == name


@pytest.mark.parametrize(
    ("name", "snake"),
    [("OrderItem", "order_item"), ("HTTPServer", "http_server"), ("User", "user"), ("A1b", "a1b")],
)
def test_snake_case_is_that_of_flask_sqlalchemy(name: str, snake: str) -> None:
    assert snake_case(name) == snake


if __name__ == "__main__":  # writes expected.json of the folders named; read the difference by eye
    for folder in (CASES / name for name in sys.argv[1:]):
        expected = json.dumps(found(folder), indent=1, ensure_ascii=False)
        (folder / "expected.json").write_text(expected + "\n", "utf-8")


def test_what_a_class_of_another_file_declares_has_the_line_of_the_model(tmp_path: Path) -> None:
    for app in ("shop", "base"):
        (tmp_path / app).mkdir()
    django = "from django.db import models\n"
    mixin = "\n" * 20 + "class Named(models.Model):\n    class Meta:\n        abstract = True\n"
    many = "    tags = models.ManyToManyField('shop.Tag')\n"
    (tmp_path / "base/models.py").write_text(django + mixin + many)
    own = "from base.models import Named\nclass Tag(models.Model):\n    pass\n"
    (tmp_path / "shop/models.py").write_text(f"{django}{own}class Item(Named):\n    pass\n")
    places = {table.name: (table.file, table.line) for table in survey(tmp_path).tables}
    assert places["shop_item_tags"] == places["shop_item"] == ("shop/models.py", 5)


@pytest.mark.parametrize(
    ("attribute", "indexed"),
    [
        ("@@index([projectId])", ("projectId",)),
        ("@@index(projectId)", ("projectId",)),
        ('@@index(projectId, map: "i")', ("projectId",)),
        ("@@index(fields: projectId)", ("projectId",)),
        ("@@unique([projectId(sort: Desc), id])", ("projectId", "id")),
        ("@@index([", None),
    ],
)
def test_prisma_names_one_field_with_brackets_or_without(
    tmp_path: Path, attribute: str, indexed: tuple[str, ...] | None
) -> None:
    model = f"model Tag {{\n  id String @id\n  projectId String\n\n  {attribute}\n}}\n"
    (tmp_path / "schema.prisma").write_text(model)
    (table,) = survey(tmp_path, use_cache=False).tables
    # What cannot be read leaves open which indexes there are.
    assert [index.columns for index in table.indexes] == ([indexed] if indexed else [])
    assert table.whole is (indexed is not None)

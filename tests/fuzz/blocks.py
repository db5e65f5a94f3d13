"""Texts in the languages of blocks: some as people write them, some that break parsers."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from random import Random
from typing import Any

ODD = "\x00\x07\x0b\x0c\x1b\x85\xa0\u0301\u200b\u202e\u2028\ufeff\ufffd\U0001f600\t\r\\\"'`"
WORDS = (
    "id name orders users created_at user_id total status select from where table primary key"
    " not null default index create alter drop partition range values less than openapi paths get"
    " info type object properties query mutation def class return await lambda None true false"
).split()


def size(random: Random, most: int) -> int:
    """Return a length: most are small, some as large as may be."""
    return int(most ** random.random()) + 1


def word(random: Random) -> str:
    if random.random() < 0.85:
        return random.choice(WORDS)
    letters = string.ascii_letters + string.digits + "_-" + ODD
    return "".join(random.choice(letters) for _ in range(size(random, 40)))


def text(random: Random) -> str:
    """Return words, one odd character, or a long run of one."""
    kind = random.random()
    if kind < 0.6:
        return " ".join(word(random) for _ in range(size(random, 12)))
    odd: tuple[str, ...] = (*ODD, "", " ", "-", "[", "<!--", "{{", "FILL", "`a.py:1`", "(", "a ")
    return random.choice(odd) * (1 if kind < 0.8 else size(random, 60_000))


def value(random: Random, depth: int = 4) -> Any:
    """Return any value that JSON can hold."""
    kind = random.randrange(10 if depth else 7)
    if kind < 3:
        return text(random)
    if kind < 7:
        big = 10 ** size(random, 400)
        return random.choice([None, True, False, 0, -1, 0.5, 1e308, big, -0.0, 7, 2**63])
    if kind < 9:
        return [value(random, depth - 1) for _ in range(size(random, 6))]
    return {word(random): value(random, depth - 1) for _ in range(size(random, 6))}


def _repeated(*parts: str) -> Callable[[Random], str]:
    """Return a text of one of some parts again and again, sometimes closed again."""

    def made(random: Random) -> str:
        part = random.choice(parts)
        times = size(random, 55_000 // len(part) + 1)
        pairs = {"[": "]", "(": ")", "{": "}", "<": ">"}
        closing = "".join(pairs.get(char, "") for char in reversed(part))
        middle = random.choice(["", "1", "a", "x y", "\n"])
        tail = closing * times if random.random() < 0.5 else ""
        lines = random.choice(["", "\n", "\n  "])
        return lines.join([part] * times) + middle + tail

    return made


def _joined(make: Callable[[Random], str], *between: str) -> Callable[[Random], str]:
    def made(random: Random) -> str:
        joint = random.choice(between)
        return joint.join(make(random) for _ in range(size(random, 200)))

    return made


def _noise(random: Random) -> str:
    letters = string.printable + ODD
    return "".join(random.choice(letters) for _ in range(size(random, 3000)))


def _expression(random: Random, depth: int = 6) -> str:
    """Return an expression that SQL and Python both half understand."""
    if not depth or random.random() < 0.2:
        return random.choice(["1", "a", "a.b", "'x'", "NULL", "*", "?", ":p", "$1", "1.5e3"])
    inner = [_expression(random, depth - 1) for _ in range(2)]
    forms = ("{0} + {1}", "({0})", "NOT {0}", "f({0}, {1})", "CASE WHEN {0} THEN {1} END", "-{0}",
             "{0} AND {1}", "{0} IN ({1})", "(SELECT {0} FROM t WHERE {1})", "CAST({0} AS int)",
             "{0} BETWEEN {1} AND 2", "EXISTS (SELECT {0})", "{0} || {1}", "{0}::jsonb->>{1}",
             "f({0}) OVER (PARTITION BY {1} ORDER BY a)", "ARRAY[{0}, {1}]", "{0} IS NULL")  # fmt: skip
    return random.choice(forms).format(*inner)


def _column(random: Random) -> str:
    kinds = "int bigint text varchar(20) numeric(10,2) timestamptz jsonb int[] enum('a','b') serial"
    rules = (
        "NOT NULL", "PRIMARY KEY", "UNIQUE", "DEFAULT {}", "REFERENCES b (id)", "CHECK ({})",
        "REFERENCES b ON DELETE CASCADE", "GENERATED ALWAYS AS IDENTITY", 'COLLATE "C"',
        "AUTO_INCREMENT", "GENERATED ALWAYS AS ({}) STORED",
    )  # fmt: skip
    chosen = [
        random.choice(rules).format(_expression(random, 2)) for _ in range(random.randrange(3))
    ]
    return " ".join([word(random), random.choice(kinds.split()), *chosen])


def statement(random: Random) -> str:
    """Return a statement of SQL, of some dialect or none."""
    columns = ", ".join(_column(random) for _ in range(size(random, 8)))
    name = random.choice(["orders", "users", "t", '"T"', "`t`", "[t]", "a.b.c", word(random)])
    expression = _expression(random)
    parts = ", ".join(f"PARTITION p{n} VALUES LESS THAN ({n})" for n in range(size(random, 5)))
    forms = (
        f"CREATE TABLE {name} ({columns})",
        f"CREATE TABLE {name} ({columns}) PARTITION BY {random.choice(['RANGE', 'LIST', 'HASH'])}"
        f" ({word(random)}) ({parts})",
        f"CREATE TABLE {name} ({columns}) PARTITION BY RANGE COLUMNS (a, b) ({parts})",
        f"CREATE TABLE {name} PARTITION OF t FOR VALUES FROM ({expression}) TO (2)",
        f"CREATE TABLE {name} ({columns}, PRIMARY KEY (a, b), KEY k (a), FOREIGN KEY (a) REFERENCES"
        f" b (id) ON DELETE SET NULL) ENGINE=InnoDB",
        f"CREATE TABLE {name} (LIKE u INCLUDING ALL) INHERITS (v)",
        f"CREATE TABLE {name} AS SELECT {expression} FROM t",
        f"ALTER TABLE {name} ADD COLUMN {_column(random)}, DROP COLUMN c",
        f"ALTER TABLE {name} ADD CONSTRAINT x CHECK ({expression}) NOT VALID",
        f"ALTER TABLE {name} ADD PARTITION (PARTITION p VALUES IN ({expression}))",
        f"CREATE UNIQUE INDEX CONCURRENTLY i ON {name} USING gin ({expression}) WHERE {expression}",
        f"SELECT {expression} FROM {name} JOIN t USING (id) GROUP BY {expression} LIMIT 1",
        f"WITH RECURSIVE c AS ({expression}) SELECT * FROM c",
        f"INSERT INTO {name} VALUES ({expression}) ON CONFLICT DO NOTHING RETURNING *",
        f"UPDATE {name} SET a = {expression} WHERE {expression}",
        f"MERGE INTO {name} USING s ON {expression} WHEN MATCHED THEN DELETE",
        f"CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN {expression}; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER t BEFORE UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION f()",
        f"DROP INDEX a, b; GRANT SELECT ON {name} TO u; COMMENT ON TABLE {name} IS 'x'",
        f"{word(random).upper()} {word(random).upper()} {name} {expression}",
    )
    return random.choice(forms)


def _schema(random: Random, depth: int = 5) -> dict[str, Any]:
    """Return a schema of OpenAPI, with references to itself."""
    kind = random.randrange(7 if depth else 3)
    if kind < 3:
        reference = {"$ref": random.choice(["#/components/schemas/A", "#", "#/x", "http://x/y"])}
        return random.choice([reference, {"type": word(random)}, {"type": "string", "enum": [1]}])
    inner = [_schema(random, depth - 1) for _ in range(size(random, 4))]
    if kind < 5:
        return {random.choice(["allOf", "oneOf", "anyOf"]): inner}
    if kind < 6:
        return {"type": "array", "items": inner[0]}
    return {"type": "object", "properties": {word(random): one for one in inner}}


def openapi(random: Random) -> dict[str, Any]:
    """Return a document of OpenAPI or a part of one, seldom valid."""
    operation = {
        "responses": {
            random.choice(["200", 200, "x"]): {
                "description": text(random)[:200],
                "content": {"application/json": {"schema": _schema(random)}},
            }
        },
        "parameters": [
            {"name": word(random), "in": random.choice(["path", "query", word(random)])}
        ],
    }
    paths = {
        f"/{word(random)}": {random.choice(["get", "post", "x"]): operation}
        for _ in range(size(random, 20))
    }
    whole = {
        "openapi": random.choice(["3.0.0", "3.1.0", "3.2", "2.0", 3, None]),
        "info": {"title": "t", "version": random.choice(["1", 1])},
        "paths": paths,
        "components": {"schemas": {"A": _schema(random)}},
    }
    if random.random() < 0.3:
        whole.pop(random.choice(list(whole)))
    if random.random() < 0.2:
        whole[word(random)] = value(random)
    return random.choice([whole, whole, paths, operation])


def _yaml(random: Random) -> str:
    anchors = "\n".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]"
        for n in range(size(random, 30))
    )
    indented = "\n".join(" " * n + f"{word(random)}:" for n in range(size(random, 300)))
    keys = "\n".join(f"{word(random)}: {text(random)[:80]!r}" for _ in range(size(random, 300)))
    forms = (
        anchors, indented, keys, f"<<: *a\n{keys}", f"? {keys}\n: {anchors}",
        "---\n".join([keys] * size(random, 20)), f"a: |\n  {text(random)}\nb: >-\n  {keys}",
        f"!!python/object/apply:os.system ['x']\n!<tag:x> {keys}", "%YAML 9.9\n---\n" + keys,
        "'" + text(random), '"' + text(random), json.dumps(openapi(random)),
        "a: " * size(random, 9000), "&a " * size(random, 9000), "*a " * size(random, 9000),
        "!t " * size(random, 9000), "{a: &b {c: *b}}", "a: 2026-13-45\nb: 0o99\nc: .inf\nd: 1:2:3",
    )  # fmt: skip
    return random.choice(forms)


def _toml(random: Random) -> str:
    keys = "\n".join(
        f"{word(random)} = {random.choice(['1', '[1, 2]', '{a = 1}', repr('x')])}"
        for _ in range(size(random, 300))
    )
    dotted = random.choice(["a", '"a"', "a b", "1"])
    forms = (
        keys, f"[{'.'.join([dotted] * size(random, 20_000))}]\n{keys}",
        "\n".join(f"[[a.b{n}]]\n{keys[:50]}" for n in range(size(random, 400))),
        ".".join([dotted] * size(random, 20_000)) + " = 1", f'a = """{text(random)}"""',
        "x = {" + "a.b = 1, " * size(random, 4000) + "}", "a = 2026-99-99T25:00:00Z\nb = 0x\nc = nan",
        "\n".join(f"{'a.' * size(random, 90)}k{n} = 1" for n in range(size(random, 400))),
        "x = " + "[" * size(random, 99) + "]" * 99, 'a = "\\U00110000\\ud800"', "a = 1\na = 2",
        f"a = '''{text(random)}", "#" * size(random, 40_000), "[a]\n" * size(random, 9000),
    )  # fmt: skip
    return random.choice(forms)


def _python(random: Random) -> str:
    body = "\n".join(f"{'    ' * n}if {_expression(random, 2)}:" for n in range(size(random, 120)))
    chain = random.choice(["a.b", "f()", "x[0]", "not x", "-x", "await x", "x + ", "x if y else "])
    joint = random.choice([".", "", " + ", " ", " and ", " if a else ", ", ", "; ", "\n"])
    forms = (
        body, joint.join([chain] * size(random, 12_000)), f"def f():\n    {_expression(random)}",
        "def upgrade():\n    op.add_column('t', sa.Column('x'))\n" + body,
        "x = " + "lambda: " * size(random, 6000) + "1", "@d\n" * size(random, 9000) + "class A: ...",
        "f'" + "{f'" * size(random, 90) + "'", "x = " + "9" * size(random, 9000), "é = '\\N{x}'",
        "match x:\n    case " + "[" * size(random, 90) + "]" * 90 + ": pass", "\n" * size(random, 49_000) + "(",
        " " * size(random, 49_000) + "x", "\t" * size(random, 200) + "x = 1", "type X[T] = int",
        ">>> 1 + 1\n2", "%pip install x", "x: " + "int | " * size(random, 6000) + "int", '"""' + text(random),
        "global " + "x, " * size(random, 9000) + "x", "x = (yield " * size(random, 90) + ")" * 90,
        "from a import (" + "b, " * size(random, 9000) + ")", "\\\n" * size(random, 9000) + "x",
    )  # fmt: skip
    return random.choice(forms)


def _graphql(random: Random) -> str:
    fields = "\n".join(
        f"  {word(random)}: [Int!]! @d(a: {{b: 1}})" for _ in range(size(random, 400))
    )
    forms = (
        f"type A {{\n{fields}\n}}", "query { a " * size(random, 99) + "}" * 99,
        "query Q($a: Int = 1) { ...F @include(if: $a) } fragment F on A { ...F }", f'"""{text(random)}',
        "union U = " + "A | " * size(random, 9000) + "A", "type A implements " + "B & " * size(random, 9000) + "B",
        "directive @d(" + "a: Int " * size(random, 4000) + ") on FIELD", "{ a(x: " + "[" * size(random, 99) + "1",
        "schema { query: Q } extend schema @a " * size(random, 400), "# " * size(random, 20_000),
        "{ " + "a: b " * size(random, 9000) + "}", "enum E { " + "A " * size(random, 9000) + "}",
        "type A { a: " + "[" * size(random, 99) + "Int" + "]" * 99 + "}", "subscription { " + fields + " }",
    )  # fmt: skip
    return random.choice(forms)


def _json(random: Random) -> str:
    forms = (
        json.dumps(value(random, 6)), json.dumps(openapi(random)), "[" + "1," * size(random, 20_000) + "1]",
        '{"a": ' * size(random, 95) + "1" + "}" * 95, "-" * size(random, 9000), "1e" + "9" * size(random, 9000),
        '"' + "\\u0000" * size(random, 8000) + '"', '{"a": 1, "a": 2}', "NaN", "1" * size(random, 9000), "\ufeff{}",
    )  # fmt: skip
    return random.choice(forms)


_BRACKETS = _repeated(
    "[", "(", "{", "{a: ", "[[", "{a(", "- ", "? ", "((", "not ", "-", "~", "<", "a."
)
LANGUAGES: dict[str, tuple[Callable[[Random], str], ...]] = {
    "yaml": (_yaml, _yaml, _BRACKETS, _noise),
    "toml": (_toml, _toml, _BRACKETS, _noise),
    "json": (_json, _json, _BRACKETS, _noise),
    "python": (_python, _python, _BRACKETS, _noise),
    "graphql": (_graphql, _graphql, _BRACKETS, _noise),
    "sql": (
        _joined(statement, ";\n", ";", "\n", " UNION ALL ", "; -- x\n", " /* "),
        _joined(statement, ";\n"),
        _joined(_expression, " OR ", ", ", " AND "),
        _repeated("(", "SELECT (", "CASE WHEN ", "NOT ", "f(", "- ", "a.", "SELECT 1 UNION ", "((a, ", "ARRAY<"),
        _repeated("'", '"', "`", "/*", "--", "$$", ";", "E'\\'", "[", ",", "*/", "selec;", "${x} "),
        _noise,
    ),
    "openapi": (lambda random: json.dumps(openapi(random)), _yaml, _BRACKETS),
    "text": (_noise,),
}  # fmt: skip
TAGS = (*LANGUAGES, "yml", "py", "mysql", "postgres", "gql", "", "YAML", "sql title=x", "\u202e")


def block(random: Random, language: str | None = None) -> str:
    """Return a text of a language."""
    return random.choice(LANGUAGES[language or random.choice(list(LANGUAGES))])(random)

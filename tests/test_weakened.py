"""Tests that were weakened: what must be told, what must not, in every language that is read."""

from __future__ import annotations

import time
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.proofs.suites import READERS
from workers.proofs.weakened import Weakened, decides_tests, deselected, weakened
from workers.survey import grammars

Texts = tuple[str, str, str]


class Case(NamedTuple):
    name: str
    file: str
    before: str
    now: str
    expected: list[tuple[str, str]] = []  # noqa: RUF012  # read only
    detail: str = ""


def between(file: str, before: str, now: str) -> list[Weakened]:
    return weakened([(file, before.encode(), file, now.encode())])


PY = "tests/test_a.py"
TS = "src/a.test.ts"
GO = "a_test.go"
JAVA = "src/test/java/ATest.java"
KT = "src/test/kotlin/ATest.kt"
RB = "spec/a_spec.rb"
PHP = "tests/ATest.php"
CS = "tests/ATests.cs"
RS = "src/a.rs"
EX = "test/a_test.exs"

TWO = """import pytest

def test_a():
    r = f(1)
    assert r.status == 200
    assert r.body == "x"
    assert r.length > 3

class TestB:
    def test_b(self):
        self.assertEqual(g(2), 3)
        with pytest.raises(ValueError):
            g(-1)
"""

PYTHON = [
    Case("removed", PY, TWO, TWO.split("class", maxsplit=1)[0], [("removed", "TestB::test_b")]),
    Case(
        "commented out",
        PY,
        "def test_a():\n    assert f()\n\ndef test_b():\n    assert g()\n",
        "def test_a():\n    assert f()\n\n# def test_b():\n#     assert g()\n",
        [("removed", "test_b")],
        "it is commented out",
    ),
    Case(
        "no longer collected",
        PY,
        TWO,
        TWO.replace("def test_a", "def _test_a"),
        [("removed", "test_a")],
        "no runner collects `_test_a`, which took its place",
    ),
    Case(
        "class no longer collected",
        PY,
        TWO,
        TWO.replace("class TestB", "class BTest"),
        [("removed", "TestB::test_b")],
    ),
    Case(
        "skip",
        PY,
        TWO,
        TWO.replace("def test_a", "@pytest.mark.skip(reason='later')\ndef test_a"),
        [("skipped", "test_a")],
        "marked skip",
    ),
    Case(
        "xfail",
        PY,
        TWO,
        TWO.replace("def test_a", "@pytest.mark.xfail\ndef test_a"),
        [("skipped", "test_a")],
        "marked xfail",
    ),
    Case(
        "skipif true",
        PY,
        TWO,
        TWO.replace("def test_a", "@pytest.mark.skipif(True, reason='x')\ndef test_a"),
        [("skipped", "test_a")],
    ),
    Case(
        "skipif on a platform",
        PY,
        TWO,
        TWO.replace("def test_a", "@pytest.mark.skipif(sys.platform == 'win32')\ndef test_a"),
        [("skipped", "test_a")],
        "marked skipif(sys.platform == 'win32')",
    ),
    Case(
        "unittest skip on a class",
        PY,
        TWO,
        TWO.replace("class TestB", "@unittest.skip('x')\nclass TestB"),
        [("skipped", "TestB::test_b")],
    ),
    Case(
        "skip in the body",
        PY,
        TWO,
        TWO.replace("    r = f(1)", "    pytest.skip('x')\n    r = f(1)"),
        [("skipped", "test_a")],
    ),
    Case(
        "pytestmark",
        PY,
        TWO,
        TWO.replace("import pytest\n", "import pytest\npytestmark = [pytest.mark.skip]\n"),
        [("skipped", "test_a"), ("skipped", "TestB::test_b")],
    ),
    Case(
        "a conditional skip that now always holds",
        PY,
        TWO.replace("def test_a", "@pytest.mark.skipif(WINDOWS, reason='x')\ndef test_a"),
        TWO.replace("def test_a", "@pytest.mark.skip\ndef test_a"),
        [("skipped", "test_a")],
    ),
    Case(
        "early return",
        PY,
        TWO,
        TWO.replace("    assert r.status", "    return\n    assert r.status"),
        [("emptied", "test_a")],
    ),
    Case(
        "assert True",
        PY,
        TWO,
        TWO.replace("self.assertEqual(g(2), 3)", "assert True").replace(
            "with pytest.raises(ValueError):", "if True:"
        ),
        [("emptied", "TestB::test_b")],
        "none of 2 assertions is left",
    ),
    Case(
        "fewer assertions",
        PY,
        TWO,
        TWO.replace('    assert r.body == "x"\n    assert r.length > 3\n', ""),
        [("fewer_assertions", "test_a")],
        "2 of 3 assertions are gone",
    ),
    Case(
        "swallowed",
        PY,
        TWO,
        TWO.replace(
            '    assert r.body == "x"\n',
            '    try:\n        assert r.body == "x"\n    except AssertionError:\n        pass\n',
        ),
        [("fewer_assertions", "test_a")],
    ),
    Case(
        "under a condition that never holds",
        PY,
        TWO,
        TWO.replace("    assert r.body", "    if False:\n        assert r.body"),
        [("fewer_assertions", "test_a")],
    ),
    Case(
        "a helper emptied",
        PY,
        "def same(a, b):\n    assert a == b\n    assert b\n\ndef test_a():\n    same(f(), 1)\n",
        "def same(a, b):\n    pass\n\ndef test_a():\n    same(f(), 1)\n",
        [("emptied", "test_a")],
    ),
    Case(
        "mock assertions",
        PY,
        "def test_a(m):\n    f(m)\n    m.assert_called_once_with(1)\n",
        "def test_a(m):\n    f(m)\n",
        [("emptied", "test_a")],
    ),
    Case(
        "fewer cases",
        PY,
        "@pytest.mark.parametrize('a', [1, 2, 3])\ndef test_a(a):\n    assert f(a)\n",
        "@pytest.mark.parametrize('a', [1])\ndef test_a(a):\n    assert f(a)\n",
        [("fewer_assertions", "test_a")],
        "2 of 3 cases are gone",
    ),
    Case(
        "a case marked skip",
        PY,
        "@pytest.mark.parametrize('a', [1, 2])\ndef test_a(a):\n    assert f(a)\n",
        "@pytest.mark.parametrize('a', [1, pytest.param(2, marks=pytest.mark.skip)])\n"
        "def test_a(a):\n    assert f(a)\n",
        [("fewer_assertions", "test_a")],
    ),
    Case(
        "reformatted", PY, TWO, TWO.replace('"x"', "'x'").replace("f(1)", "f(\n        1,\n    )")
    ),
    Case(
        "renamed",
        PY,
        TWO,
        TWO.replace("def test_a", "def test_answer_has_a_body").replace("TestB", "TestGee"),
    ),
    Case(
        "one tuple for three",
        PY,
        TWO,
        TWO.split("    assert", maxsplit=1)[0]
        + "    assert (r.status, r.body, r.length > 3) == (200, 'x', True)\n\nclass"
        + TWO.split("class")[1],
    ),
    Case(
        "joined by and",
        PY,
        "def test_a():\n    assert a == 1\n    assert b == 2\n",
        "def test_a():\n    assert a == 1 and b == 2\n",
    ),
    Case(
        "a loop for three",
        PY,
        "def test_a():\n    assert f(1)\n    assert f(2)\n    assert f(3)\n",
        "def test_a():\n    for n in (1, 2, 3):\n        assert f(n)\n",
    ),
    Case(
        "cases for three assertions",
        PY,
        "def test_a():\n    assert f(1) == 2\n    assert f(2) == 3\n    assert f(3) == 4\n",
        "@pytest.mark.parametrize(('a', 'b'), [(1, 2), (2, 3), (3, 4)])\n"
        "def test_a(a, b):\n    assert f(a) == b\n",
    ),
    Case(
        "three tests became cases",
        PY,
        "".join(
            f"def test_{n}():\n    r = client.get('/{n}')\n    assert r == {n}\n" for n in "123"
        ),
        "@pytest.mark.parametrize('n', ['1', '2', '3'])\n"
        "def test_each(n):\n    r = client.get('/' + n)\n    assert r == int(n)\n",
    ),
    Case(
        "a helper extracted",
        PY,
        TWO,
        "def check(r):\n    assert r.status == 200\n    assert r.body == 'x'\n"
        "    assert r.length > 3\n"
        + TWO.replace(TWO[TWO.index("    assert") : TWO.index("class")], "    check(r)\n\n"),
    ),
    Case(
        "split in two",
        PY,
        "def test_a():\n    r = f(1)\n    assert r.status == 200\n    assert r.body == 'x'\n",
        "def test_a():\n    r = f(1)\n    assert r.status == 200\n\n"
        "def test_body():\n    r = f(1)\n    assert r.body == 'x'\n",
    ),
    Case(
        "two merged",
        PY,
        "def test_a():\n    assert f(1) == 2\n\ndef test_b():\n    assert f(2) == 3\n",
        "def test_both():\n    assert f(1) == 2\n    assert f(2) == 3\n",
    ),
    Case(
        "skipped before",
        PY,
        TWO.replace("def test_a", "@pytest.mark.skip\ndef test_a"),
        TWO.replace("def test_a", "@pytest.mark.skip(reason='a new one')\ndef test_a"),
    ),
    Case(
        "more cases",
        PY,
        "@pytest.mark.parametrize('a', [1])\ndef test_a(a):\n    assert f(a)\n",
        "@pytest.mark.parametrize('a', [1, 2])\ndef test_a(a):\n    assert f(a)\n",
    ),
    Case(
        "one whole for its parts",
        PY,
        "def test_a():\n    r = f()\n    assert 'a' in r\n    assert 'b' in r\n"
        "    assert r.startswith('a')\n",
        "def test_a():\n    r = f()\n    assert r == 'ab'\n",
    ),
    Case(
        "raises with its message",
        PY,
        "def test_a():\n    with pytest.raises(E) as e:\n        f()\n    assert 'x' in str(e)\n",
        "def test_a():\n    with pytest.raises(E, match='x'):\n        f()\n",
    ),
    Case("another expectation", PY, TWO, TWO.replace("200", "201")),
    Case(
        "fixtures and comments",
        PY,
        "# old\n@pytest.fixture\ndef a():\n    return 1\n\ndef test_a(a):\n    assert a\n",
        "@pytest.fixture\ndef a():\n    yield 2\n\ndef test_a(a):\n    # new\n    assert a\n",
    ),
    Case("a skip taken away", PY, TWO.replace("def test_a", "@pytest.mark.skip\ndef test_a"), TWO),
]

SCRIPT = """describe("users", () => {
  it("lists", async () => {
    const r = await get("/users");
    expect(r.status).toBe(200);
    expect(r.body).toEqual([1]);
  });
  test("creates", () => {
    assert.equal(create(), 1);
  });
});
"""

SCRIPTS = [
    Case("skip", TS, SCRIPT, SCRIPT.replace("it(", "it.skip("), [("skipped", "users > lists")]),
    Case("xit", TS, SCRIPT, SCRIPT.replace("it(", "xit("), [("skipped", "users > lists")]),
    Case(
        "todo", TS, SCRIPT, SCRIPT.replace("test(", "test.todo("), [("skipped", "users > creates")]
    ),
    Case(
        "describe.skip",
        TS,
        SCRIPT,
        SCRIPT.replace("describe(", "describe.skip("),
        [("skipped", "users > lists"), ("skipped", "users > creates")],
    ),
    Case("only", TS, SCRIPT, SCRIPT.replace("it(", "it.only("), [("only", "users > lists")]),
    Case("fit", TS, SCRIPT, SCRIPT.replace("it(", "fit("), [("only", "users > lists")]),
    Case(
        "options",
        TS,
        SCRIPT,
        SCRIPT.replace('"lists", ', '"lists", { skip: true }, '),
        [("skipped", "users > lists")],
    ),
    Case(
        "t.skip",
        "test/a.test.mjs",
        "test('a', (t) => { assert.ok(f()); });",
        "test('a', (t) => { t.skip('later'); assert.ok(f()); });",
        [("skipped", "a")],
    ),
    Case(
        "emptied",
        TS,
        SCRIPT,
        SCRIPT.replace("assert.equal(create(), 1);", "expect(true).toBe(true);"),
        [("emptied", "users > creates")],
    ),
    Case(
        "fewer",
        TS,
        SCRIPT,
        SCRIPT.replace("    expect(r.body).toEqual([1]);\n", ""),
        [("fewer_assertions", "users > lists")],
    ),
    Case(
        "removed",
        TS,
        SCRIPT,
        SCRIPT.replace('  test("creates", () => {\n    assert.equal(create(), 1);\n  });\n', ""),
        [("removed", "users > creates")],
    ),
    Case(
        "fewer cases",
        TS,
        "it.each([[1, 2], [2, 3]])('adds %i', (a, b) => { expect(f(a)).toBe(b); });",
        "it.each([[1, 2]])('adds %i', (a, b) => { expect(f(a)).toBe(b); });",
        [("fewer_assertions", "adds %i")],
    ),
    Case(
        "supertest",
        "test/a.js",
        "it('a', (done) => { request(app).get('/').expect(200).expect('x', done); });\n"
        "it('b', (done) => { request(app).get('/').expect(200, done); });",
        "it('a', (done) => { request(app).get('/').end(done); });\n"
        "it('b', (done) => { request(app).get('/').expect(200, done); });",
        [("emptied", "a")],
    ),
    Case(
        "reformatted", TS, SCRIPT, SCRIPT.replace('"', "'").replace(";", "").replace("  ", "    ")
    ),
    Case("another group", TS, SCRIPT, SCRIPT.replace('describe("users"', 'describe("people"')),
    Case(
        "one object for two",
        TS,
        SCRIPT,
        SCRIPT.replace(
            "expect(r.status).toBe(200);\n    expect(r.body).toEqual([1]);",
            "expect(r).toMatchObject({ status: 200, body: [1] });",
        ),
    ),
    Case(
        "tests became a table",
        TS,
        "it('one', () => { expect(f(1)).toBe(1); });\nit('two', () => { expect(f(2)).toBe(2); });",
        "it.each([['one', 1], ['two', 2]])('%s', (_, n) => { expect(f(n)).toBe(n); });",
    ),
    Case("a new test that is skipped", TS, SCRIPT, SCRIPT + "it.skip('new', () => {});"),
    Case("fixed", TS, SCRIPT.replace("it(", "it.only("), SCRIPT),
]

GOTEST = """package a

func TestA(t *testing.T) {
	got := F(1)
	if got != 2 {
		t.Errorf("got %d", got)
	}
	require.NoError(t, G())
	t.Run("empty", func(t *testing.T) {
		assert.Equal(t, 0, F(0))
	})
}
"""

GOS = [
    Case(
        "skip",
        GO,
        GOTEST,
        GOTEST.replace("	got := F(1)", '	t.Skip("later")\n	got := F(1)'),
        [("skipped", "TestA"), ("skipped", "TestA::empty")],
    ),
    Case(
        "in short mode",
        GO,
        GOTEST,
        GOTEST.replace(
            "	got := F(1)", "	if testing.Short() {\n		t.Skip()\n	}\n	got := F(1)"
        ),
        [("skipped", "TestA"), ("skipped", "TestA::empty")],
        "skipped in its body if testing.Short()",
    ),
    Case(
        "not collected",
        GO,
        GOTEST,
        GOTEST.replace("TestA", "testA"),
        [("removed", "TestA"), ("removed", "TestA::empty")],
    ),
    Case(
        "build tag",
        GO,
        GOTEST,
        "//go:build ignore\n\n" + GOTEST,
        [("skipped", "TestA"), ("skipped", "TestA::empty")],
    ),
    Case(
        "fewer",
        GO,
        GOTEST,
        GOTEST.replace("	require.NoError(t, G())\n", ""),
        [("fewer_assertions", "TestA")],
    ),
    Case(
        "subtest removed",
        GO,
        GOTEST,
        GOTEST[: GOTEST.index('	t.Run("')] + "}\n",
        [("removed", "TestA::empty")],
    ),
    Case(
        "fewer rows",
        GO,
        "package a\nfunc TestA(t *testing.T) {\n	tests := []struct{ a, b int }{{1, 2}, {2, 3}}\n"
        "	for _, tt := range tests {\n		if F(tt.a) != tt.b {\n			t.Error(tt)\n"
        "		}\n	}\n}\n",
        "package a\nfunc TestA(t *testing.T) {\n	tests := []struct{ a, b int }{{1, 2}}\n"
        "	for _, tt := range tests {\n		if F(tt.a) != tt.b {\n			t.Error(tt)\n"
        "		}\n	}\n}\n",
        [("fewer_assertions", "TestA")],
    ),
    Case(
        "tests became a table",
        GO,
        "package a\nfunc TestShort(t *testing.T) {\n	in := `some short text`\n"
        "	want := `short text, cut`\n"
        "	got := F(in)\n	if got != want {\n		t.Errorf(`%s %s`, got, want)\n	}\n}\n",
        "package a\nfunc TestF(t *testing.T) {\n	tests := []struct{ in, want string }{\n"
        "		{`some short text`, `short text, cut`},\n		{`another longer`, `a text`},\n	}\n"
        "	for _, tt := range tests {\n		if F(tt.in) != tt.want {\n			t.Error(tt)\n"
        "		}\n	}\n}\n",
    ),
    Case("formatted", GO, GOTEST, GOTEST.replace("	", "    ")),
    Case(
        "joined",
        GO,
        "package a\nfunc TestA(t *testing.T) {\n	if a != 1 {\n		t.Error(a)\n	}\n"
        "	if b != 2 {\n		t.Error(b)\n	}\n}\n",
        "package a\nfunc TestA(t *testing.T) {\n	if a != 1 || b != 2 {\n"
        "		t.Error(a, b)\n	}\n}\n",
    ),
]

JAVATEST = """class ATest {
  @Test
  void adds() {
    assertEquals(3, add(1, 2));
    assertThat(add(0, 0)).isZero();
  }
  @Test
  void fails() {
    assertThrows(X.class, () -> add(null, 1));
  }
}
"""
KOTLIN = """class ATest {
  @Test
  fun `adds two`() {
    assertEquals(3, add(1, 2))
    add(0, 0) shouldBe 0
  }
  @Test
  fun fails() {
    assertFailsWith<X> { add(-1) }
  }
}
"""
SHARP = """public class ATests {
  [Fact]
  public void Adds() {
    Assert.Equal(3, Add(1, 2));
    Add(0, 0).Should().Be(0);
  }
  [Theory]
  [InlineData(1)]
  [InlineData(2)]
  public void Each(int a) {
    Assert.True(Ok(a));
  }
}
"""
ANNOTATED = [
    Case(
        "disabled",
        JAVA,
        JAVATEST,
        JAVATEST.replace("@Test\n  void adds", '@Disabled("x") @Test\n  void adds'),
        [("skipped", "ATest::adds")],
    ),
    Case(
        "ignored class",
        JAVA,
        JAVATEST,
        "@Ignore\n" + JAVATEST,
        [("skipped", "ATest::adds"), ("skipped", "ATest::fails")],
    ),
    Case(
        "not enabled",
        JAVA,
        JAVATEST,
        JAVATEST.replace("@Test\n  void adds", "@Test(enabled = false)\n  void adds"),
        [("skipped", "ATest::adds")],
    ),
    Case(
        "no annotation",
        JAVA,
        JAVATEST,
        JAVATEST.replace("@Test\n  void adds", "void adds"),
        [("removed", "ATest::adds")],
        "no runner collects `adds`, which took its place",
    ),
    Case(
        "assumed",
        JAVA,
        JAVATEST,
        JAVATEST.replace("    assertEquals", "    assumeTrue(false);\n    assertEquals"),
        [("skipped", "ATest::adds")],
    ),
    Case(
        "emptied",
        JAVA,
        JAVATEST,
        JAVATEST.replace("assertThrows(X.class, () -> add(null, 1));", "assertTrue(true);"),
        [("emptied", "ATest::fails")],
    ),
    Case(
        "fewer",
        JAVA,
        JAVATEST,
        JAVATEST.replace("    assertEquals(3, add(1, 2));\n", ""),
        [("fewer_assertions", "ATest::adds")],
    ),
    Case("visibility", JAVA, JAVATEST, JAVATEST.replace("  void", "  public void")),
    Case(
        "expected exception",
        JAVA,
        "class ATest {\n  @Test(expected = X.class)\n  public void a() { f(); }\n}\n",
        "class ATest {\n  @Test\n  void a() { assertThrows(X.class, () -> f()); }\n}\n",
    ),
    Case(
        "disabled",
        KT,
        KOTLIN,
        KOTLIN.replace("@Test\n  fun fails", "@Test\n  @Disabled\n  fun fails"),
        [("skipped", "ATest::fails")],
    ),
    Case(
        "fewer",
        KT,
        KOTLIN,
        KOTLIN.replace("    add(0, 0) shouldBe 0\n", ""),
        [("fewer_assertions", "ATest::adds two")],
    ),
    Case(
        "removed",
        KT,
        KOTLIN,
        KOTLIN.replace("  @Test\n  fun fails() {\n    assertFailsWith<X> { add(-1) }\n  }\n", ""),
        [("removed", "ATest::fails")],
    ),
    Case(
        "expression body",
        KT,
        KOTLIN,
        KOTLIN.replace(
            "fun fails() {\n    assertFailsWith<X> { add(-1) }\n  }",
            "fun fails() = assertFailsWith<X> { add(-1) }",
        ),
    ),
    Case(
        "skip",
        CS,
        SHARP,
        SHARP.replace("[Fact]", '[Fact(Skip = "later")]'),
        [("skipped", "ATests::Adds")],
    ),
    Case(
        "ignore",
        CS,
        SHARP,
        SHARP.replace("[Theory]", "[Theory, Ignore]"),
        [("skipped", "ATests::Each")],
    ),
    Case(
        "fewer rows",
        CS,
        SHARP,
        SHARP.replace("  [InlineData(2)]\n", ""),
        [("fewer_assertions", "ATests::Each")],
    ),
    Case(
        "fewer",
        CS,
        SHARP,
        SHARP.replace("    Add(0, 0).Should().Be(0);\n", ""),
        [("fewer_assertions", "ATests::Adds")],
    ),
    Case("no attribute", CS, SHARP, SHARP.replace("  [Fact]\n", ""), [("removed", "ATests::Adds")]),
    Case("async", CS, SHARP, SHARP.replace("public void", "public async Task")),
]

RSPEC = """RSpec.describe User do
  context "when new" do
    it "is valid" do
      expect(user).to be_valid
      expect(user.name).to eq "a"
    end
    it { is_expected.to be_new }
  end
end
"""
RUBIES = [
    Case(
        "xit",
        RB,
        RSPEC,
        RSPEC.replace('it "', 'xit "'),
        [("skipped", "User > when new > is valid")],
    ),
    Case(
        "skip option",
        RB,
        RSPEC,
        RSPEC.replace('valid" do', 'valid", skip: "later" do'),
        [("skipped", "User > when new > is valid")],
    ),
    Case(
        "skip symbol",
        RB,
        RSPEC,
        RSPEC.replace('valid" do', 'valid", :skip do'),
        [("skipped", "User > when new > is valid")],
    ),
    Case(
        "skip in the body",
        RB,
        RSPEC,
        RSPEC.replace("      expect(user).to", '      skip "later"\n      expect(user).to'),
        [("skipped", "User > when new > is valid")],
    ),
    Case(
        "focus",
        RB,
        RSPEC,
        RSPEC.replace('valid" do', 'valid", :focus do'),
        [("only", "User > when new > is valid")],
    ),
    Case(
        "fewer",
        RB,
        RSPEC,
        RSPEC.replace('      expect(user.name).to eq "a"\n', ""),
        [("fewer_assertions", "User > when new > is valid")],
    ),
    Case(
        "removed",
        RB,
        RSPEC,
        RSPEC.replace("    it { is_expected.to be_new }\n", ""),
        [("removed", "User > when new > is_expected.to be_new")],
    ),
    Case(
        "minitest",
        "test/a_test.rb",
        "class ATest < Minitest::Test\n  def test_a\n    assert_equal 1, f\n  end\nend\n",
        "class ATest < Minitest::Test\n  def test_a\n    skip\n    assert_equal 1, f\n  end\nend\n",
        [("skipped", "ATest::test_a")],
    ),
    Case("quotes", RB, RSPEC, RSPEC.replace('"', "'")),
    Case(
        "renamed and rewritten",
        RB,
        'it "shows only one row as selected" do\n  press :down\n  find ".row"\n'
        '  expect(page).to have_css(".row", count: 1)\nend\n',
        'it "has only one selected row" do\n  press :down\n  rows.find ".marked"\n'
        "  expect(rows.selected).to be_one\nend\n",
    ),
    Case("another context", RB, RSPEC, RSPEC.replace("when new", "when it is new")),
]

UNIT = """<?php
class ATest extends TestCase
{
    public function testAdds(): void
    {
        $this->assertSame(3, add(1, 2));
        self::assertTrue(ok());
    }

    #[Test]
    public function it_fails(): void
    {
        $this->expectException(X::class);
        add(null);
    }
}
"""
PHPS = [
    Case(
        "skipped",
        PHP,
        UNIT,
        UNIT.replace(
            "        $this->assertSame",
            "        $this->markTestSkipped('x');\n        $this->assertSame",
        ),
        [("skipped", "ATest::testAdds")],
    ),
    Case(
        "no attribute",
        PHP,
        UNIT,
        UNIT.replace("    #[Test]\n", ""),
        [("removed", "ATest::it_fails")],
    ),
    Case(
        "fewer",
        PHP,
        UNIT,
        UNIT.replace("        self::assertTrue(ok());\n", ""),
        [("fewer_assertions", "ATest::testAdds")],
    ),
    Case(
        "emptied",
        PHP,
        UNIT,
        UNIT.replace("        $this->expectException(X::class);\n", ""),
        [("emptied", "ATest::it_fails")],
    ),
    Case(
        "pest",
        PHP,
        "<?php\nit('adds', function () {\n    expect(add(1))->toBe(2);\n});\n",
        "<?php\nit('adds', function () {\n    expect(add(1))->toBe(2);\n})->skip();\n",
        [("skipped", "adds")],
    ),
    Case(
        "cases from a provider",
        PHP,
        "<?php\nclass ATest extends TestCase {\n    public function testA() {\n"
        "        self::assertTrue(f(1));\n"
        "        self::assertTrue(f(2));\n    }\n}\n",
        "<?php\nclass ATest extends TestCase {\n    public static function some() {\n"
        "        return [[1], [2]];\n    }\n    /** @dataProvider some */\n"
        "    public function testA($a) {\n        self::assertTrue(f($a));\n    }\n}\n",
    ),
    Case(
        "attribute for a name",
        PHP,
        UNIT,
        UNIT.replace(
            "    #[Test]\n    public function it_fails", "    public function test_it_fails"
        ),
    ),
]

RUST = """fn add(a: i32) -> i32 { a }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(add(1), 1);
        assert!(add(2) > 1);
    }

    #[test]
    #[should_panic]
    fn fails() {
        add(-1);
    }
}
"""
RUSTS = [
    Case(
        "ignore",
        RS,
        RUST,
        RUST.replace("    #[test]\n    fn adds", "    #[test]\n    #[ignore]\n    fn adds"),
        [("skipped", "tests::adds")],
    ),
    Case(
        "never built",
        RS,
        RUST,
        RUST.replace("#[cfg(test)]", "#[cfg(any())]"),
        [("skipped", "tests::adds"), ("skipped", "tests::fails")],
    ),
    Case(
        "no attribute",
        RS,
        RUST,
        RUST.replace("    #[test]\n    fn adds", "    fn adds"),
        [("removed", "tests::adds")],
    ),
    Case(
        "fewer",
        RS,
        RUST,
        RUST.replace("        assert!(add(2) > 1);\n", ""),
        [("fewer_assertions", "tests::adds")],
    ),
    Case(
        "emptied",
        RS,
        RUST,
        RUST.replace("    #[should_panic]\n", ""),
        [("emptied", "tests::fails")],
    ),
    Case("code changed", RS, RUST, RUST.replace("{ a }", "{ assert!(a > 0); a }")),
    Case("an assertion in the code gone", RS, RUST.replace("{ a }", "{ assert!(a > 0); a }"), RUST),
]

EXUNIT = """defmodule ATest do
  use ExUnit.Case

  describe "add" do
    test "adds" do
      assert A.add(1) == 2
      refute A.add(0) == 2
    end
  end
end
"""
ELIXIRS = [
    Case(
        "tag",
        EX,
        EXUNIT,
        EXUNIT.replace("    test", "    @tag :skip\n    test"),
        [("skipped", "add > adds")],
    ),
    Case(
        "module",
        EX,
        EXUNIT,
        EXUNIT.replace("  describe", '  @moduletag skip: "later"\n  describe'),
        [("skipped", "add > adds")],
    ),
    Case(
        "fewer",
        EX,
        EXUNIT,
        EXUNIT.replace("      refute A.add(0) == 2\n", ""),
        [("fewer_assertions", "add > adds")],
    ),
    Case(
        "removed",
        EX,
        EXUNIT,
        EXUNIT.replace('    test "adds" do', "    defp adds do"),
        [("removed", "add > adds")],
    ),
    Case("another tag", EX, EXUNIT, EXUNIT.replace("    test", "    @tag :slow\n    test")),
]

CASES = [*PYTHON, *SCRIPTS, *GOS, *ANNOTATED, *RUBIES, *PHPS, *RUSTS, *ELIXIRS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file} {case.name}")
def test_what_is_told(case: Case) -> None:
    assert case.before != case.now, "the case changes nothing"
    losses = between(case.file, case.before, case.now)
    assert sorted((loss.what, loss.test) for loss in losses) == sorted(case.expected), losses
    if case.detail:
        assert losses[0].detail == case.detail
    for loss in losses:
        text = case.before if loss.what == "removed" else case.now
        assert loss.line is not None
        assert 1 <= loss.line <= text.count("\n") + 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file} {case.name}")
def test_the_same_text_is_no_loss(case: Case) -> None:
    assert between(case.file, case.now, case.now + "\n") == []


def test_every_language_is_read_and_tried() -> None:
    assert READERS.keys() == {grammar.name for grammar in grammars.GRAMMARS}
    tried = {case.file.rsplit(".", 1)[1] for case in CASES}
    assert tried >= {"py", "ts", "go", "java", "kt", "rb", "php", "cs", "rs", "exs"}


def test_a_file_that_moved_is_no_loss() -> None:
    text = TWO.encode()
    assert weakened([("tests/test_a.py", text, "tests/unit/test_b.py", text)]) == []
    apart = [
        ("tests/test_a.py", text, "tests/test_a.py", None),
        ("x", None, "tests/test_c.py", text),
    ]
    assert weakened(apart) == []


def test_a_test_that_moved_to_another_changed_file_is_no_loss() -> None:
    first, second = TWO.split("class TestB")
    moved = b"import pytest\n\nclass TestB" + second.encode()
    assert (
        weakened([(PY, TWO.encode(), PY, first.encode()), ("n", None, "tests/test_n.py", moved)])
        == []
    )


def test_a_shared_helper_that_was_emptied_is_told_and_one_that_changed_is_not() -> None:
    test = b"from kit import same\n\ndef test_a():\n    same(f())\n"
    full = b"def same(r):\n    assert r.a\n    assert r.b\n"
    for now, expected in (
        (b"def same(r):\n    assert r.a\n", []),
        (b"def same(r):\n    pass\n", ["emptied", "emptied"]),
    ):
        changed = test + b"    g()\n"
        files = [(PY, test, PY, changed), ("tests/kit.py", full, "tests/kit.py", now)]
        assert [loss.what for loss in weakened(files)] == expected


def test_a_helper_in_another_changed_file_counts() -> None:
    helper = (
        b"def same(r):\n    assert r.status == 200\n    assert r.body == 'x'\n    assert r.length\n"
    )
    now = TWO[: TWO.index("    assert")] + "    same(r)\n\nclass" + TWO.split("class")[1]
    files = [(PY, TWO.encode(), PY, now.encode()), ("k", None, "tests/kit.py", helper)]
    assert weakened(files) == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("tests/test_a.py", "tests/a.py"),
        ("tests/test_a.py", "tests/test_a.py.bak"),
        ("a_test.go", "a_tests.go"),
        ("src/a.test.ts", "src/a.ts"),
        ("spec/a_spec.rb", "spec/a.rb"),
        ("test/a_test.exs", "test/a.exs"),
    ],
)
def test_a_file_renamed_so_that_no_runner_collects_it(was: str, now: str) -> None:
    text = next(
        case.before
        for case in CASES
        if case.file.rsplit(".")[-1] == was.rsplit(".", maxsplit=1)[-1]
    )
    losses = weakened([(was, text.encode(), now, text.encode())])
    assert losses
    assert {loss.what for loss in losses} == {"removed"}


def test_one_of_two_tests_of_a_name_that_is_gone_is_told() -> None:
    before = (
        "it('a', () => { expect(f()).toBe(1); });\nit('a', () => { expect(g(2)).toEqual({}); });\n"
    )
    now = "it('a', () => { expect(g(2)).toEqual({}); });\n"
    assert [loss.what for loss in between(TS, before, now)] == ["removed"]


def test_a_deleted_file_names_its_tests() -> None:
    losses = weakened([(PY, TWO.encode(), PY, None)])
    assert [loss.test for loss in losses] == ["test_a", "TestB::test_b"]
    assert {(loss.file, loss.detail) for loss in losses} == {(PY, "its file is gone")}


def test_a_folder_whose_tests_go_by_other_names_is_read() -> None:
    before = "describe('a', () => { it('b', () => { assert(f()); }); });"
    assert [loss.what for loss in between("test/res.send.js", before, "x")] == ["removed"]
    assert between("lib/res.send.js", before, "x") == []


@pytest.mark.parametrize(
    ("path", "decides"),
    [
        ("conftest.py", True),
        ("tests/unit/conftest.py", True),
        ("pytest.ini", True),
        ("tox.ini", True),
        ("setup.cfg", True),
        ("pyproject.toml", True),
        ("package.json", True),
        ("web/jest.config.js", True),
        ("vitest.config.mts", True),
        ("vitest.workspace.ts", True),
        ("playwright.config.ts", True),
        (".mocharc.json", True),
        (".mocharc.yml", True),
        (".github/workflows/ci.yml", True),
        (".gitlab-ci.yml", True),
        (".circleci/config.yml", True),
        ("azure-pipelines.yml", True),
        ("Jenkinsfile", True),
        ("Makefile", True),
        ("phpunit.xml.dist", True),
        (".rspec", True),
        ("pom.xml", True),
        ("build.gradle.kts", True),
        ("Cargo.toml", True),
        ("mix.exs", True),
        ("test/test_helper.exs", True),
        ("app/main.py", False),
        ("tests/test_a.py", False),
        ("src/config.ts", False),
        ("README.md", False),
        ("data/package.json.md", False),
    ],
)
def test_files_that_decide_which_tests_run(path: str, *, decides: bool) -> None:
    assert decides_tests(path) is decides


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("pytest.ini", "addopts = --ignore=tests/slow"),
        ("pyproject.toml", 'addopts = ["--deselect", "tests/test_a.py::test_b"]'),
        ("tox.ini", "    pytest -k 'not slow'"),
        ("Makefile", '	pytest -m "not integration"'),
        ("Makefile", "	npm test || true"),
        ("Makefile", "	pytest; exit 0"),
        ("Makefile", "	cargo test --workspace --exclude users"),
        ("package.json", '    "test": "jest --passWithNoTests",'),
        ("package.json", '    "testPathIgnorePatterns": ["/users/"],'),
        ("jest.config.js", "  testPathIgnorePatterns: ['users'],"),
        ("vitest.config.ts", "    exclude: ['users.test.ts'],"),
        (".github/workflows/ci.yml", "        continue-on-error: true"),
        (".github/workflows/ci.yml", "        if: false"),
        (".gitlab-ci.yml", "  allow_failure: true"),
        ("pom.xml", "    <exclude>**/UserTest.java</exclude>"),
        ("pom.xml", "    <skipTests>true</skipTests>"),
        ("phpunit.xml", "      <exclude>tests/Users</exclude>"),
        (".rspec", "--tag ~slow"),
        ("conftest.py", 'collect_ignore = ["test_users.py"]'),
        ("conftest.py", "def pytest_collection_modifyitems(items):"),
        ("Cargo.toml", "test = false"),
        ("build.gradle", "    exclude '**/UserTest*'"),
        ("test/test_helper.exs", "ExUnit.configure(exclude: [:slow])"),
    ],
)
def test_what_leaves_tests_out(path: str, row: str) -> None:
    before = "first\nlast\n"
    phrases = deselected(path, before.encode(), f"first\n{row}\nlast\n".encode())
    assert phrases == [f"line 2: {' '.join(row.split())}"]
    assert deselected(path, f"{row}\n".encode(), f"first\n  {row}\n".encode()) == []


def test_what_is_added_to_a_list_of_what_is_left_out() -> None:
    before = b"{ testPathIgnorePatterns: [\n  'node_modules',\n] }"
    now = b"{ testPathIgnorePatterns: [\n  'node_modules',\n  'users',\n] }"
    assert deselected("jest.config.js", before, now) == ["line 3: 'users',"]
    assert deselected("jest.config.js", now, before) == []


def test_flags_that_leave_no_test_out() -> None:
    before = b'addopts = "-q"'
    assert deselected("pytest.ini", before, b'addopts = "-rxXs --strict-markers --tb=short"') == []
    assert deselected("pytest.ini", before, b'addopts = "-q tests/unit"') != []


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("package.json", '    "build": "turbo --filter=./packages/* build",'),
        (".github/workflows/ci.yml", "      - run: cargo hack --exclude macros check"),
        ("package.json", '    "lodash": "^4.0.0",'),
        ("pyproject.toml", 'exclude = ["docs"]'),
        ("Makefile", "	rm -rf build || true"),
        ("Makefile", "# pytest --ignore=tests"),
        (".github/workflows/ci.yml", "      - run: pytest -q"),
        ("pom.xml", "    <version>2</version>"),
        ("app/main.py", "addopts = '--ignore=x'"),
    ],
)
def test_what_leaves_no_test_out(path: str, row: str) -> None:
    assert deselected(path, b"first\n", f"first\n{row}\n".encode()) == []


FILES = [PY, TS, "a.test.tsx", "a.test.js", GO, JAVA, KT, RB, PHP, CS, RS, EX]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FILES), st.binary(max_size=400), st.binary(max_size=400))
def test_any_bytes_are_read(file: str, before: bytes, now: bytes) -> None:
    weakened([(file, before, file, now)])
    deselected(file, before, now)
    deselected("pytest.ini", before, now)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_torn_tests_are_read(case: Case, data: st.DataObject) -> None:
    text = case.before.encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    weakened([(case.file, text, case.file, text[:start] + text[end:])])
    weakened([(case.file, text[:start] + text[end:], case.file, case.now.encode())])


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (PY, "def test_a():\n    assert " + "(" * 2_500 + ")" * 2_500),
        (PY, "def test_a():\n    assert " + "f(" * 50_000),
        (PY, "".join(f"{' ' * n}if a:\n" for n in range(300)) + " " * 300 + "def test_a(): pass"),
        (PY, "def test_a():\n    a" + ".b()" * 4_000),
        (
            TS,
            "describe('a', () => {" * 1_000 + "it('b', () => { expect(1).toBe(2) })" + "})" * 1_000,
        ),
        (TS, "it('a', () => { expect(" + "[" * 2_900 + "]" * 2_900 + ") })"),
        (GO, "package a\nfunc TestA(t *testing.T) {" + "t.Run(`a`, func(t *testing.T) {" * 500),
        (RB, "describe 'a' do\n" * 1_000 + "it 'b' do\nend\n" + "end\n" * 1_000),
        (PY, "\n".join(f"def test_{n}():\n    assert f({n}) == {n}\n" for n in range(1_500))),
    ],
    ids=lambda value: value[:20].replace("\n", " "),
)
def test_deep_nesting_takes_no_time(file: str, text: str) -> None:
    start = time.monotonic()
    between(file, text, text.replace("a", "b") + "\n")
    assert time.monotonic() - start < 20

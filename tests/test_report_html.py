"""The page: whole, escaped, without a request or a script, bounded, and said in words."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import changing, pages
from tests.kit import SESSION
from tests.reports import changed, false_line, false_path, judged
from workers.phases.changed import work_of
from workers.phases.judged import read_judged
from workers.reporting.formats import rendered
from workers.reporting.formats.html.highlighting import code
from workers.reporting.formats.html.page import MOST_BYTES, bounded
from workers.reporting.formats.html.pictures import attempts, plan, timeline
from workers.reporting.formats.judgement import Cited

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workers.reporting.formats.judgement import Session

pytestmark = pytest.mark.usefixtures("late_imports")

VOID = frozenset("br hr img input link meta circle rect path line".split())
NEVER = frozenset("script iframe object embed base form link img video audio source".split())
LOADS = frozenset("src srcset action formaction poster background data ping style".split())


class Page(HTMLParser):
    """A page as it is parsed: its elements, its ids, its text; `wrong` is what no page may have."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.close()
        if self.open:
            self.wrong.append(f"not closed: {self.open}")
        ids = self.ids
        self.wrong += [f"id {one} twice" for one in set(ids) if ids.count(one) > 1]
        self.wrong += list(self._references(set(ids)))

    @property
    def ids(self) -> list[str]:
        return [str(of["id"]) for _, of in self.elements if "id" in of]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        self.elements.append((tag, about))
        if tag in NEVER:
            self.wrong.append(f"<{tag}>")
        self.wrong += [f"{name}={about[name]}" for name in about if name in LOADS]
        self.wrong += [name for name in about if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes another")

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"a comment: {data[:40]}")

    def _references(self, ids: set[str]) -> Iterator[str]:
        for tag, of in self.elements:
            for name in ("href", "aria-labelledby", "aria-describedby"):
                for target in str(of.get(name) or "").split():
                    if name == "href" and not target.startswith("#"):
                        yield f"a link elsewhere: {target}"
                    elif target.removeprefix("#") not in ids:
                        yield f"{name} of {tag} leads nowhere: {target}"


def page(session: Session) -> tuple[Page, str]:
    """Return a page, checked for what no page may have."""
    __tracebackhide__ = True  # a large session takes minutes to be printed
    html = rendered("html", session)
    parsed = Page(html)
    assert parsed.wrong == []
    assert not re.search(
        r"url\(|@import|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", html
    )
    html.encode()
    return parsed, html


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("<script>x</script>", "<script>"),
        ('<p style="color:red">x</p>', "style=color:red"),
        ('<a href="https://a.example">x</a>', "a link elsewhere: https://a.example"),
        ('<p id="limits">x</p>', "id limits twice"),
        ('<p onclick="x">y</p>', "onclick"),
        ('<a href="#nowhere">x</a>', "href of a leads nowhere: #nowhere"),
        ("<p>never closed", "</main> closes another"),
        ("<!-- x -->", "a comment:  x "),
    ],
)
def test_the_parser_sees_a_planted_fault(fault: str, seen: str) -> None:
    html = rendered("html", pages.session(pages.judgement(pages.entry(1))))
    assert seen in Page(html.replace("</main>", f"{fault}</main>")).wrong


@pytest.fixture(scope="module")
def rejected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a rejected report, which no test changes."""
    return judged(tmp_path_factory.mktemp("rejected"), false_path, false_line)


def test_a_refuted_claim_is_beside_the_line_that_refutes_it(rejected: Path) -> None:
    parsed, html = page(read_judged(rejected, SESSION))
    entry = html[html.index("declares &#39;/api/v1/orders&#39;") :]
    body = entry[: entry.index("</details>")]
    assert "The report says" in body
    assert "GET /nope" in body
    (marked,) = re.findall(r"<mark>(.*?)</mark>", body, re.DOTALL)
    assert re.sub("<[^>]*>", "", marked).split() == ["&gt;", "23", '@router.get("")']
    assert "explain K02" in body
    assert "backend-worker --output --session" in body
    assert "2 errors, 0 warnings" in parsed.text
    assert parsed.text.index("Not accepted") < parsed.text.index("What is not accepted")


@pytest.mark.parametrize(
    "session",
    [pages.several, pages.many, pages.hostile, lambda: pages.session(pages.judgement())],
    ids=["several", "many", "hostile", "empty"],
)
def test_every_entry_has_its_anchor_once(session: Session) -> None:
    made = session()  # type: ignore[operator]
    parsed, _ = page(made)
    anchors = [one.fingerprint for one in made.entries()]
    assert [one for one in parsed.ids if one in set(anchors)].sort() == anchors.sort()
    assert set(anchors) <= set(parsed.ids)


def test_the_first_screen_says_verdict_counts_time_and_commit() -> None:
    parsed, html = page(pages.several())
    first = parsed.text[: parsed.text.index("What is not accepted")]
    for words in (
        "5 reports: 1 accepted, 1 not accepted, 3 not judged",
        "backend-worker ✓ Accepted",
        "test-worker ✕ Not accepted",
        "1 error, 1 warning",
        "2 critical, 2 high, 1 medium, 1 low",
        "23 confirmed, 1 refuted, 3 undecided",
        "2026-01-31 09:09:00 UTC, attempt 2",
        "0123456789ab, with changes that were not committed",
        "not judged yet",
    ):
        assert words in first
    order = [html.index(f'id="{name}"') for name in ("not-accepted", "warnings", "findings")]
    assert order == sorted(order)


def test_the_reports_compared_are_on_the_page() -> None:
    parsed, _ = page(pages.several())
    for words in (
        "2 accepted reports, 1 contradiction.",
        "GET /orders, requires_auth",
        "backend-worker says true (the code confirms it)",
        "Found by several workers 1",
        "No limit by backend, test",
        "Page it high, after 2 (backend, test)",
        "How many? (backend, test)",
    ):
        assert words in parsed.text


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A repository with an accepted report on a change, which no test changes."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in changing.proving_environment().items():
            patch.setenv(name, value)
        yield changed(tmp_path_factory.mktemp("changed"))


def test_a_change_is_shown_with_its_proofs(shop: Path) -> None:
    made = read_judged(shop, changing.CHANGE_SESSION)
    parsed, _ = page(made)
    text = parsed.text
    part = text[text.rindex("What was changed") :]
    assert part.startswith(
        "What was changed 2 files Outcome: done Changed files 2 modified app/prices.py "
    )
    assert "added tests/test_discount.py an order just below and one at the limit" in part
    assert "Proofs 1 tests ✓ passed all tests pass" in part
    assert f"{changing.run_line()} Tests 4 passed, 0 failed, 0 skipped, 2 new Sandbox" in part
    assert "Definition locked: the owner's, as it was at the base" in part
    assert re.search("Commits 1 [0-9a-f]{12} Discount", part)
    assert "Outcome done" in text
    markdown = rendered("markdown", made)
    assert "### What was changed: done" in markdown
    assert "4 passed, 0 failed, 0 skipped, 2 new, sandbox" in markdown
    (report,) = json.loads(rendered("json", made))["reports"]
    assert report["work"]["proofs"][0]["counts"] == dict.fromkeys(("failed", "skipped"), 0) | {
        "passed": 4,
        "added": 2,
    }


def test_a_proof_that_was_never_recorded_says_so() -> None:
    proof = {"command": "make test", "claim": "x", "exit_code": 0}
    record = {"name": "tests", "command": "pytest", "status": "failed", "locked": True}
    work = work_of({"proofs": [proof]}, [record | {"sandbox": "none", "failed": 2}], str)
    parsed, _ = page(pages.session(pages.judgement(kind="change", work=work)))
    assert "A command of the worker's ○ not recorded x make test Tests no test counted" in (
        parsed.text
    )
    assert "tests ✕ failed pytest Tests 2 failed Sandbox none" in parsed.text


def test_every_picture_has_a_title_a_description_and_a_table() -> None:
    parsed, html = page(pages.several())
    pictures = [about for tag, about in parsed.elements if tag == "svg" and "role" in about]
    assert len(pictures) >= 7
    assert all(about["role"] == "img" and about["aria-labelledby"] for about in pictures)
    figures = re.findall(r'<figure class="picture.*?</figure>', html, re.DOTALL)
    assert len(figures) == len(pictures)
    assert all("<desc" in one and "</table>" in one and "<h3>" in one for one in figures)


def test_what_changed_since_is_marked() -> None:
    place = Cited("app/a.py", 1, 1, 1, ("x = 1",), changed=True)
    finding = pages.entry(1, "finding", places=(place,))
    made = pages.judgement(finding, report_changed=True, changed=("app/a.py",))
    parsed, _ = page(pages.session(made))
    assert "app/a.py:1 changed since it was judged" in parsed.text
    assert "1 cited file changed since: app/a.py." in parsed.text
    assert "The report was changed since" in parsed.text


@pytest.mark.parametrize("word", pages.HOSTILE, ids=lambda word: ascii(word)[1:20])
def test_foreign_text_is_only_text(word: str) -> None:
    _, html = page(pages.hostile(word))
    assert "49 " not in html
    assert len(html) < 400_000


@given(st.text(max_size=60))
def test_any_text_is_only_text(word: str) -> None:
    calm, _ = page(pages.hostile("word"))
    wild, _ = page(pages.hostile(word))
    allowed = {tag for tag, _ in calm.elements} | {"b"}  # the colours of code
    assert {tag for tag, _ in wild.elements} <= allowed


def test_a_page_is_bounded_and_says_what_was_cut() -> None:
    long = "\U000e0041<&\"'" * 4_000
    place = Cited("app/a.py", 1, 8, 1, ("<\U000e0041" * 200,) * 12)
    findings = [
        pages.entry(n, "finding", text=long, advice=long, places=(place,) * 200)
        for n in range(3000)
    ]
    errors = [pages.entry(n, title=long, places=(place,) * 200) for n in range(3000)]
    rows = tuple({"area": long, "reason": long} for _ in range(3000))
    synthesis = pages.synthesis(long)
    for name, listed in synthesis.items():
        synthesis[name] = listed * 500 if isinstance(listed, list) else listed
    rows_compared = synthesis["contradictions"]
    synthesis["contradictions"] = [
        {**row, "fingerprint": f"{number:012}"} for number, row in enumerate(rows_compared)
    ]
    judged = pages.judgement(*errors, *findings, not_examined=rows, task=long)
    others = tuple((f"w{n}", long) for n in range(3000))
    made = pages.session(judged, not_judged=others, synthesis=synthesis)
    parsed, html = page(made)
    size = len(html.encode())
    assert MOST_BYTES * 0.6 < size < MOST_BYTES
    assert "are listed without their code" in parsed.text
    assert "more are not listed: this page is at most 4 MB" in parsed.text
    assert "--format json" in parsed.text
    assert pages.entry(0).rule in parsed.text


def test_many_problems_are_folded() -> None:
    parsed, html = page(pages.many())
    entries = [about for tag, about in parsed.elements if about.get("class") == "entry error"]
    assert len(entries) == 500
    assert sum("open" in about for about in entries) == 6
    assert len(html.encode()) < MOST_BYTES


def test_bounded_stops_at_the_first_row_that_does_not_fit() -> None:
    from markupsafe import Markup

    cut = bounded(["aa", "bbbb", "c"], Markup, 5)
    assert cut == ("aa", 2)


@pytest.mark.parametrize(
    ("file", "lines", "inside", "coloured"),
    [
        ("a.py", ("def f(): pass",), "", '<b class="k">def</b>'),
        ("a.php", ("function f() {}",), "", '<b class="k">function</b>'),
        ("a.vue", ("const a = 1",), "", '<b class="k">const</b>'),
        (
            "a.py",
            ("if this is", 'prose."""', "def f(): pass"),
            '"""',
            '<b class="c">if this is</b>',
        ),
        ("a.go", ("for what", "*/", "func f() {}"), "/*", '<b class="c">for what</b>'),
        ("a.unheard-of", ("def f(): <b>",), "", "def f(): &lt;b&gt;"),
        ("Dockerfile", ("FROM a",), "", '<b class="k">FROM</b>'),
    ],
)
def test_cited_lines_are_coloured_by_their_file(
    file: str, lines: tuple[str, ...], inside: str, coloured: str
) -> None:
    html = code(Cited(file, 7, 7, 7, lines, inside=inside))
    assert coloured in html
    assert html.count("<i>") == len(lines)
    assert html.count("<mark>") == 1
    assert "&gt;    7 " in html


@pytest.mark.parametrize(
    ("line", "message", "marked"),
    [
        ("x = 'a<b>'", "is 'a<b>', not 'c'", [("found", "a&lt;b&gt;")]),
        ('@app.get("/b")', "`a.py:7` declares GET, not POST", [("found", "get")]),
        (
            'f("/a", "/b")',
            "`f` has '/b', not '/a'",
            [("found", "f"), ("expected", "/a"), ("found", "/b")],
        ),
        (
            "def total(): pass",
            "is `def total`",
            [("found", "def"), ("found", " "), ("found", "total")],
        ),
        ("x = 1", "nothing of it is quoted", []),
    ],
)
def test_what_a_problem_says_is_marked_in_its_line(
    line: str, message: str, marked: list[tuple[str, str]]
) -> None:
    html = code(Cited("a.py", 7, 8, 6, ("before", line, line)), message)
    rows = html.split("\n")
    assert "<mark class" not in rows[0] + rows[2]
    spoken = r'<mark class="(\w+)"[^>]*>(?:<span class="spoken">[^<]*</span>)?([^<]*)</mark>'
    assert re.findall(spoken, rows[1]) == marked
    assert rows[1].count("(the code has)") <= sum(name == "found" for name, _ in marked)
    plain = re.sub('<span class="spoken">.*?</span>|<[^>]*>', "", rows[1])
    assert plain.replace("&gt;    7 ", "").replace("&lt;", "<").replace("&gt;", ">") == line


def test_lines_inside_a_comment_are_known_from_their_file(tmp_path: Path) -> None:
    root = judged(tmp_path)
    source = root / "app" / "orders.py"
    source.write_text('"""Begins.\n\n' + "if x in y\n" * 60 + '"""\n', "utf-8")
    entries = read_judged(root, SESSION).judgements[0].entries
    place = next(one.place for one in entries if one.place.file == "app/orders.py")
    assert place.inside == '"""'
    assert '<b class="s">if x in y</b>' in code(place)


def test_a_plan_has_layers_and_a_circle_ends() -> None:
    made = pages.several()
    graph = plan(made.plan, {one.worker: one.status for one in made.judgements})
    assert graph is not None
    rows = {node.label: node.row for node in graph.nodes}
    assert rows == {"architect": 0, "devops": 0, "backend": 1, "frontend": 2, "test": 3}
    # What is said by others is not drawn twice; a line that passes a row has two parts in it.
    assert len(graph.lines) == 3 + 5
    circle = (("a", ("b",)), ("b", ("a",)), ("c", ()))
    assert plan(circle, {}) is not None


def test_marks_of_one_time_are_one() -> None:
    lanes = timeline(pages.several().timeline)
    assert [lane.label for lane in lanes] == ["session", "backend"]
    assert [mark.kind for mark in lanes[1].marks] == ["event", "rejected", "blocked", "accepted"]
    assert timeline((("never", "", "x", "y"),)) == ()


def test_attempts_are_as_high_as_their_problems() -> None:
    first, last = attempts(pages.judgement(pages.entry(1)))
    assert (first.problems, first.height, last.problems, last.height) == (4, 100, 1, 25)

"""`report --format github` and `linear`: what a comment says, where it links, where it is cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sessions.errors import escaped
from tests.kit import SESSION
from tests.publishing import committed, entry, git, session
from tests.reports import false_line, false_path, judge, judged
from workers.phases.judged import read_judged
from workers.reporting.formats import github, linear, rendered
from workers.reporting.formats.cutting import Part, characters, fitted
from workers.reporting.formats.judgement import Cited, Severity
from workers.reporting.formats.links import permanent, web_of
from workers.reporting.inert import inert

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

pytestmark = pytest.mark.usefixtures("late_imports")

# What GitHub makes links of, in text that is no code.
ALIVE = re.compile(
    r"@[A-Za-z0-9]|#\w|\b[Gg][Hh]-\d|[0-9a-fA-F]{7,}|://|[Ww][Ww][Ww]\.|[Mm]ailto:\w"
)
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
EVIL = (
    "@ada @acme/team #12 GH-12 gh-3 acme/orders#4 acme/orders@0123456789abcdef01 deadbeef"
    " https://evil.example/x www.evil.example ![](http://evil.example/p.png) [a](http://b) <!-- x"
    " <script> &#64;ada &commat;ada `@ada` \\`@ada\\` ``@ada `x @ada **bold __init__ ~~x~~ |a|b|"
    " $x$ ada@example.org mailto:ada \x1b[31m\u202e </details> ``` [^1]: x"
)
SHARDS = (
    "@ ada # 1 GH- ` `` \\ & #64; &#64; < ! [ ]( ) deadbeef1 http :// www .x * __ ~~ $ | \u202e é"
).split()
PIECES = st.lists(st.sampled_from([*SHARDS, " ", "\n"]) | st.text(max_size=5), max_size=14)


def seen(text: str) -> list[tuple[str, str]]:
    """Return what a reader sees of a line: the kinds of its parts and their text."""
    (inline,) = MARKDOWN.parseInline(text)
    return [(token.type, token.content) for token in inline.children or []]


def dead(text: str) -> None:
    """Assert that a line of Markdown has text and code alone, and nothing that is linked."""
    parts = seen(text)
    assert {kind for kind, _ in parts} <= {"text", "code_inline"}, parts
    plain = "".join(content for kind, content in parts if kind == "text")
    assert not ALIVE.search(plain), plain


@given(PIECES)
def test_foreign_text_pings_and_links_nobody(pieces: list[str]) -> None:
    text = "".join(pieces)
    line = f"x {inert(text)} y"
    dead(line)
    shown = "".join(content for _, content in seen(line)).replace("\u200b", "")
    plain = escaped(" ".join(text.split())).replace("\u200b", "")
    assert re.sub("[` ]", "", shown) == re.sub("[` ]", "", f"x{plain}y")


@pytest.mark.parametrize(
    "text", ["@ada", "see #12", "GH-12", "a deadbeef1 b", "http://x", "[a](b)", "**b**", "<b>"]
)
def test_the_test_of_foreign_text_has_teeth(text: str) -> None:
    with pytest.raises(AssertionError):
        dead(f"x {text} y")


def test_what_looks_like_an_issue_alone_is_broken() -> None:
    assert inert("BACKEND-HIGH-001 of `@router.get`") == "BACKEND-HIGH-001 of `@router.get`"
    assert inert(EVIL).startswith("@&#8203;ada @&#8203;acme/team #&#8203;12 GH-&#8203;12")


@pytest.mark.parametrize(
    ("remote", "web"),
    [
        ("https://github.com/acme/orders.git", "https://github.com/acme/orders"),
        ("https://github.com/acme/orders/", "https://github.com/acme/orders"),
        (
            "https://x-access-token:ghs_canary@github.com/acme/orders",
            "https://github.com/acme/orders",
        ),
        ("git@github.com:acme/orders.git", "https://github.com/acme/orders"),
        ("github.com:acme/orders", "https://github.com/acme/orders"),
        ("git@github.com-work:acme/orders.git", "https://github.com/acme/orders"),
        ("ssh://git@github.com/acme/orders.git", "https://github.com/acme/orders"),
        ("ssh://git@ssh.github.com:443/acme/orders.git", "https://github.com/acme/orders"),
        ("git://github.com/acme/orders.git", "https://github.com/acme/orders"),
        (
            "https://git.acme.example:8443/acme/orders.git",
            "https://git.acme.example:8443/acme/orders",
        ),
        ("ssh://git@git.acme.example:7999/acme/orders.git", "https://git.acme.example/acme/orders"),
        ("git@acme.ghe.com:acme/orders.git", "https://acme.ghe.com/acme/orders"),
        ("git@gitlab.com:acme/sub/orders.git", "https://gitlab.com/acme/sub/orders"),
        ("", ""),
        ("/srv/git/orders.git", ""),
        ("../orders", ""),
        ("file:///srv/git/orders.git", ""),
        ("git@work:acme/orders.git", ""),
        ("C:/git/orders", ""),
        ("https://github.com/acme", ""),
        ("https://github.com/../orders", ""),
        ("git@bitbucket.org:acme/orders.git", ""),
        ("https://github.com/acme/or ders", ""),
        ("https://github.com/acme/orders](http://evil", ""),
    ],
)
def test_where_the_pages_of_a_remote_are(remote: str, web: str) -> None:
    assert web_of(remote) == web


@pytest.mark.parametrize(
    ("place", "end"),
    [
        (Cited("a.py", 3, 7), "blob/c/svc/a.py#L3-L7"),
        (Cited("a.py", 3, 3), "blob/c/svc/a.py#L3"),
        (Cited("a.py"), "blob/c/svc/a.py"),
        (Cited("docs/Read Me.md", 3), "blob/c/svc/docs/Read%20Me.md?plain=1#L3"),
        (Cited("a#b?c%(d).py", 1), "blob/c/svc/a%23b%3Fc%25%28d%29.py#L1"),
        (Cited("é/日.py", 1), "blob/c/svc/%C3%A9/%E6%97%A5.py#L1"),
        (Cited("\udcff.py", 1), "blob/c/svc/%FF.py#L1"),
    ],
)
def test_a_permanent_link(place: Cited, end: str) -> None:
    assert permanent("https://h.example/o/r", "c", "svc/", place) == f"https://h.example/o/r/{end}"


def test_pages_of_gitlab() -> None:
    link = permanent("https://gitlab.com/o/r", "c", "", Cited("a.py", 3, 7))
    assert link == "https://gitlab.com/o/r/-/blob/c/a.py#L3-7"


def test_links_are_of_what_was_judged(tmp_path: Path) -> None:
    root = committed(tmp_path)
    commit = git(root, "rev-parse", "HEAD")
    before = read_judged(root, SESSION)
    cited = before.entries()[0].place
    assert cited.link.startswith(f"https://github.com/acme/orders/blob/{commit}/{cited.file}#L")
    assert all(place.link for one in before.entries() for place in one.places)
    text = rendered("github", before)
    assert f"/commit/{commit})" in text
    assert "not committed" not in text
    # Changed since: the link is of the commit, and still right.
    (root / cited.file).write_text(f"\n{(root / cited.file).read_text()}")
    since = read_judged(root, SESSION).entries()[0].place
    assert (since.changed, since.link) == (True, cited.link)


def test_no_link_goes_to_lines_that_the_commit_has_not(tmp_path: Path) -> None:
    root = committed(tmp_path)
    cited = read_judged(root, SESSION).entries()[0].place.file
    (root / cited).write_text(f"{(root / cited).read_text()}# more\n")
    judge(root)
    report = read_judged(root, SESSION)
    links = {place.file: place.link for one in report.entries() for place in one.places}
    assert links.pop(cited) == ""
    assert all(links.values())
    text = rendered("github", report)
    assert "and changes that were not committed" in text
    assert "(not committed as it was judged)" in text


def test_why_nothing_is_linked(tmp_path: Path) -> None:
    root = judged(tmp_path)
    assert "Judged without a commit, so no line is linked." in rendered(
        "github", read_judged(root, SESSION)
    )
    root = committed(tmp_path / "other", remote="/srv/git/orders.git")
    text = rendered("github", read_judged(root, SESSION))
    assert "No line is linked: the remote origin has no pages that are known here." in text
    assert "](" not in text


def test_a_commit_that_was_not_pushed_is_not_linked(tmp_path: Path) -> None:
    root = committed(tmp_path)
    git(root, "update-ref", "refs/remotes/origin/main", git(root, "rev-parse", "HEAD"))
    assert read_judged(root, SESSION).judgements[0].unlinked == ""
    git(root, "commit", "-qm", "More", "--allow-empty")
    judge(root)
    assert "was not pushed" in rendered("github", read_judged(root, SESSION))


def test_a_root_inside_a_repository(tmp_path: Path) -> None:
    root = committed(tmp_path)
    (root.parent / ".git").mkdir()
    (root / ".git").rename(root.parent / ".git")
    git(root.parent, "add", "-A")
    git(root.parent, "commit", "-qm", "Move")
    judge(root)
    report = read_judged(root, SESSION)
    assert report.prefix == "service/"
    assert "/service/app/" in report.entries()[0].place.link


def test_a_comment_in_words(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    root = judged(tmp_path, false_path, false_line)
    report = read_judged(root, SESSION)
    assert rendered("github", report) == snapshot
    assert rendered("linear", report) == snapshot


def test_a_comment_of_one_worker_has_a_marker_of_its_own(tmp_path: Path) -> None:
    root = judged(tmp_path)
    assert rendered("github", read_judged(root, SESSION)).startswith(f"<!-- waggle:{SESSION} -->\n")
    alone = rendered("github", read_judged(root, SESSION, "backend"))
    assert alone.startswith(f"<!-- waggle:{SESSION}/backend-worker -->\n")


def is_balanced(text: str) -> bool:
    """Tell whether every fence and every <details> is closed."""
    is_open = 0
    for line in text.split("\n"):
        mark = re.fullmatch(r" *(`{3,})", line)
        if mark and is_open in {0, len(mark[1])}:
            is_open = 0 if is_open else len(mark[1])
    opened, closed = text.count("<details><summary>"), text.count("</summary>\n\n")
    return not is_open and opened == closed == text.count("\n</details>\n\n")


SIZES = st.tuples(st.sampled_from(["a", "é", "日", "\U0001f41d"]), st.integers(0, 90))


@given(st.lists(SIZES, max_size=9), st.integers(200, 500))
def test_a_cut_text_is_never_too_long_and_counts_what_it_leaves_out(
    sizes: list[tuple[str, int]], limit: int
) -> None:
    entries = [f"- {char * size}\n  ```\n  x\n  ```\n" for char, size in sizes]
    parts = [
        Part("<details><summary>s</summary>\n\n", entries, "\n</details>\n\n", "{} more\n".format),
        Part("", entries[:3], "", "{} left\n".format),
    ]
    text = fitted("head\n", parts, limit)
    assert characters(text) <= limit
    assert is_balanced(text)
    left = [int(number) for number in re.findall(r"^(\d+) (?:more|left)$", text, re.MULTILINE)]
    assert text.count("- ") + sum(left) == len(entries) + len(entries[:3])


def test_an_emoji_counts_twice_as_in_utf_16() -> None:
    assert characters("\U0001f41d") == 2
    assert characters("\udcff") == 1


@pytest.mark.parametrize("module", [github, linear])
@pytest.mark.parametrize("severity", ["error", "critical", "low", "warning"])
def test_thousands_of_entries_fit_into_a_comment(module: object, severity: Severity) -> None:
    hostile = f"{EVIL} \U0001f41d日本" * 3
    place = Cited("日" * 300, 3, 3, 2, ("`" * 500, "\U0001f41d" * 400, "\u202e" * 400))
    many = [entry(severity, hostile, text=hostile, about=hostile, places=(place,) * 9)] * 2000
    text = module.rendered(session(many, 300, not_judged=((hostile, hostile),) * 400))  # type: ignore[attr-defined]
    assert 1500 < characters(text) <= module.LIMIT  # type: ignore[attr-defined]
    assert is_balanced(text)
    shown = len(re.findall(r"^- \*\*", text, re.MULTILINE))
    left = sum(
        int(number.replace(",", ""))
        for number in re.findall(r"^\*\*([\d,]+) more(?! worker)", text, re.MULTILINE)
    )
    assert shown + left == 2000
    assert "report --session orders` lists all" in text


def test_the_worst_survives_the_cut() -> None:
    text = github.rendered(session([*[entry("low")] * 3000, entry("critical", "the worst")]))
    assert "the worst" in text
    assert "more medium or low findings**: `waggle report --session orders` lists all." in text


def test_a_comment_says_nothing_alive_of_foreign_text() -> None:
    report = session(
        [entry("error", EVIL, text=EVIL, advice=EVIL, about=EVIL, rule="`@ada` #12")],
        not_judged=((EVIL, EVIL),),
    )
    for module in (github, linear):
        text = module.rendered(report)
        for token in MARKDOWN.parse(text):
            for part in token.children or []:
                assert part.type not in {"image", "html_inline"}
                if part.type == "link_open":
                    assert str(part.attrs["href"]).startswith("https://github.com/acme/orders/")
                if part.type == "text":
                    assert not ALIVE.search(part.content), part.content
        assert "\x1b" not in text
        assert "\u202e" not in text

"""Pages as a validator of HTML and a real browser see them: three reports, and planted faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import changing, pages
from tests.browsing import html_errors
from tests.page_validators import seen_in_a_browser
from tests.reports import changed
from workers.phases.judged import read_judged
from workers.reporting.formats import rendered

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.alone]

FAULTS = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>x</title></head><body>
<p style="color:#bbb;background:#fff">faint</p><p id="a">x</p><p id="a">y</p><ul><p>z</p></ul>
<div style="width:2000px">wide</div><script>alert(1)</script><img src="https://a.example/b.png">
<details class="entry"><summary>s</summary><div class="body">no anchor</div></details>
<svg width="100%" height="9"><text x="99%" y="9">outside of the page</text></svg>
</body></html>"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Ordinary, one of 500 problems, a hostile one, one of a change; planted faults last."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in changing.proving_environment().items():
            patch.setenv(name, value)
        shop = changed(tmp_path_factory.mktemp("shop"))
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "ordinary.html": rendered("html", pages.several()),
        "many.html": rendered("html", pages.many()),
        "hostile.html": rendered("html", pages.hostile()),
        "change.html": rendered("html", read_judged(shop, changing.CHANGE_SESSION)),
        "faults.html": FAULTS,
    }
    for name, html in made.items():
        (folder / name).write_text(html, "utf-8")
    return [folder / name for name in made]


def test_the_validator_finds_faults_in_the_planted_page_alone(files: list[Path]) -> None:
    try:
        said_of_them = html_errors(files)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    # What people write is shown as they wrote it, composed or not.
    wrong = [line for line in said_of_them if "Normalization Form C" not in line]
    planted = [line for line in wrong if "faults.html" in line]
    assert any("Duplicate ID" in line for line in planted)
    assert any("not allowed as child" in line for line in planted)
    assert [line for line in wrong if line not in planted] == []


def test_a_browser_finds_faults_in_the_planted_page_alone(files: list[Path]) -> None:
    try:
        wrong = seen_in_a_browser(*files)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    planted = "\n".join(line for line in wrong if line.startswith("faults.html"))
    for fault in (
        "light 320: color-contrast (serious)",
        "dark 1280: color-contrast (serious)",
        "html-has-lang (serious)",
        "image-alt (critical)",
        "too wide",
        "asks for https://a.example/b.png",
        "a script ran",
        "an anchor does not unfold its entry",
        "words outside: outside of the page",
    ):
        assert fault in planted
    assert [line for line in wrong if not line.startswith("faults.html")] == []

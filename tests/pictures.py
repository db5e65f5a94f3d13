"""README's pictures: what a terminal and a browser show of the demo's report, false, then true.

All of it is printed by real runs. What would differ with each of them is taken out (`still`): the
line of progress, links to files of this machine, the command to go on with (it names this Python),
and the time of a verdict.
"""

from __future__ import annotations

import io
import re
import struct
import subprocess
import tempfile
import zlib
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.text import Text

from sessions.progress import ERASE
from tests.at_terminal import at_terminal
from tests.browsing import chromium
from tests.demo import spoil
from tests.kit import PROJECT, SESSION, TASK, copy_sample, fill_in, waggle

FOLDER = PROJECT / "docs" / "pictures"
TERMINAL, PAGE = FOLDER / "terminal.svg", FOLDER / "page.png"
MOST_BYTES = 150_000
_COLUMNS = 92
_WINDOW = (960, 1062)  # pixels: the page to the end of its first finding
_PHASE_3 = ("backend", "--output", "--session", SESSION)
_BELOW = '<h2 id="coverage">'
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
_LINK = re.compile("\x1b]8;;.*?\x1b\\\\")
_PNG = b"\x89PNG\r\n\x1a\n"


class Shown(NamedTuple):
    """What is shown of one run: the terminal's text with its colours, and the page."""

    terminal: str
    page: str


def shown() -> Shown:
    """Judge the demo's report, false and honest, at a terminal; then render it."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder))
        waggle("backend", "--setup", "--session", SESSION, "--task", TASK, cwd=root)
        texts = []
        for is_false in (True, False):
            files = fill_in(root, SESSION)
            if is_false:
                spoil(*files)
            code, text, _ = at_terminal(*_PHASE_3, cwd=root, columns=_COLUMNS, NO_COLOR="")
            if code != is_false:
                raise SystemExit(f"phase 3 ended with {code}: {text}")
            texts.append(f"\x1b[1m$ waggle {' '.join(_PHASE_3)}\x1b[0m\n{still(text)}\n")
        page = waggle("report", "--session", SESSION, "--format", "html", cwd=root).stdout.decode()
        return Shown("\n".join(texts), _TIME.sub("2026-01-31 09:00:00 UTC", page))


def still(text: str) -> str:
    """Return what stays on the screen, without what is of this machine."""
    rows = [_LINK.sub("", line.rsplit(ERASE, 1)[-1]) for line in text.split("\n")]
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", row) for row in rows]
    end = next((number for number, row in enumerate(plain) if row.startswith("next:")), len(rows))
    return "\n".join(rows[:end]).rstrip()


def terminal_svg(text: str) -> str:
    """Draw what a terminal shows."""
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), highlight=False)
    console.print(Text.from_ansi(text))
    drawn = console.export_svg(title="waggle", unique_id="waggle")
    # Without the web font: a picture in a README fetches nothing.
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)


def lines_of_terminal(text: str) -> list[str]:
    """Return the words of each line that a terminal shows; blanks alone are drawn by nobody."""
    rows = Text.from_ansi(text).plain.split("\n")
    return [words for row in rows if (words := " ".join(row.split()))]


def lines_of_svg(drawing: str) -> list[str]:
    """Return the words of each line of a picture that `terminal_svg` drew."""
    rows: dict[float, list[str]] = {}
    for node in ET.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text"):  # noqa: S314
        if "clip-path" in node.attrib:  # the title has none
            rows.setdefault(float(node.attrib["y"]), []).append("".join(node.itertext()))
    lines = ["".join(row) for _, row in sorted(rows.items())]
    return [words for line in lines if (words := " ".join(line.split()))]


class _Words(HTMLParser):
    """Takes the text of a page that is read."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self._hidden += tag in {"style", "script", "title"}

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"style", "script", "title"}

    def handle_data(self, data: str) -> None:
        self.words += [] if self._hidden else data.split()


def visible(page: str) -> str:
    """Return the text that the picture of a page can show: to the end of its findings."""
    words = _Words()
    words.feed(page[: page.index(_BELOW)])
    return " ".join(words.words)


def digest_of(page: str) -> str:
    """Return the digest of that text."""
    return sha256(visible(page).encode()).hexdigest()


def page_png(page: str) -> bytes:
    """Draw the beginning of a page, named by its digest; raises FileNotFoundError: no browser."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "page.html").write_text(page, "utf-8")
        command = [chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--user-data-dir={folder / 'profile'}", "--force-device-scale-factor=1"]
        command += [f"--window-size={_WINDOW[0]},{_WINDOW[1]}", f"--screenshot={folder / 'x.png'}"]
        subprocess.run(
            [*command, (folder / "page.html").as_uri()],
            check=True,
            capture_output=True,
            timeout=120,
        )
        drawn = (folder / "x.png").read_bytes()
    chunks = _chunks(drawn)
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    head = next(data for kind, data in chunks if kind == b"IHDR")
    kept = [
        (b"IHDR", head),
        (b"tEXt", b"Source\0" + digest_of(page).encode()),
        (b"IDAT", zlib.compress(pixels, 9)),
        (b"IEND", b""),
    ]
    return _PNG + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in kept
    )


def digest_in(png: bytes) -> str | None:
    """Return the digest that a picture of a page was named by."""
    texts = [data.partition(b"\0") for kind, data in _chunks(png) if kind == b"tEXt"]
    return next((text.decode() for name, _, text in texts if name == b"Source"), None)


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    chunks, place = [], len(_PNG)
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        chunks.append((png[place + 4 : place + 8], png[place + 8 : place + 8 + size]))
        place += size + 12
    return chunks


def draw() -> None:
    """Draw the pictures whose text is another one now: the bytes are those of rich and Chromium."""
    now = shown()
    FOLDER.mkdir(exist_ok=True)
    if not TERMINAL.exists() or lines_of_svg(TERMINAL.read_text("utf-8")) != lines_of_terminal(
        now.terminal
    ):
        TERMINAL.write_text(terminal_svg(now.terminal), "utf-8")
    if not PAGE.exists() or digest_in(PAGE.read_bytes()) != digest_of(now.page):
        try:
            PAGE.write_bytes(page_png(now.page))
        except FileNotFoundError as missing:
            print(f"{PAGE} is as it was: {missing}")  # noqa: T201 - whoever runs `make docs` reads it

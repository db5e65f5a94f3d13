"""Foreign text in files for other programs: it moves no cursor and breaks no parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sessions.errors import escaped
from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.reporting.formats.judgement import Entry

# What colours a terminal: CSI and OSC sequences, and those of two characters.
_ANSI = lazy_pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_NO_CHARACTERS = lazy_pattern("[\ufffe\uffff]")  # no XML parser reads them
_LONE = lazy_pattern("[\ud800-\udfff]")


def line(value: Any, limit: int = 1000) -> str:
    """Return foreign text on one line, without colours, its controls escaped, cut to a limit."""
    plain = _plain(" ".join(str(value)[: 8 * limit].split()))
    return plain if len(plain) <= limit else f"{plain[: limit - 3]}..."


def several(lines: Iterable[str], limit: int) -> str:
    """Return foreign lines as a text, each as `line` has it but for its indentation."""
    text, size = list[str](), 0
    for row in lines:
        plain = _plain(row[:limit].expandtabs(4))
        size += len(plain) + 1
        if size > limit:
            text.append("...")
            break
        text.append(plain)
    return "\n".join(text)


def _plain(text: str) -> str:
    return _NO_CHARACTERS.sub("\ufffd", escaped(_ANSI.sub("", text)))


def sentence(text: str) -> str:
    """Return a text with a stop behind it."""
    return text if not text or text[-1] in ".?!:" else f"{text}."


def uri(path: str) -> str:
    """Return a relative path as a URI; a name that is not UTF-8 by its bytes."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = _LONE.sub("\ufffd", path).encode()
    return quote(data, safe="/")


def said(entry: Entry) -> str:
    """Return what an entry says, in sentences: the first is what is wrong and of what."""
    about, title = line(entry.about, 200), line(entry.title)
    first = f"{about}: {title}" if about and about not in title else title
    advice = f"To do: {line(entry.advice)}" if entry.advice else ""
    return " ".join(sentence(part) for part in (first, line(entry.text), advice) if part)

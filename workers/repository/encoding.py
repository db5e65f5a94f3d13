"""The text of a file whose encoding nobody names: by its mark, its NULs, or UTF-8.

SQL Server and Windows write UTF-16, often without a mark. What is no text at all is kept apart
from text with a stray NUL or a bad byte in it: of that all other lines are still known.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

# What stands for a character that is not known.
UNKNOWN = "\ufffd"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2))
_SIGNATURES = tuple(
    map(
        bytes.fromhex,
        "89504e47 47494638 ffd8ff 25504446 504b0304 504b0506 1f8b 425a68 fd377a585a 28b52ffd"
        " 7f454c46 4d5a cafebabe cffaedfe cefaedfe 53514c69746520666f726d6174203300 0061736d"
        " 00000100 00010000 4f54544f 774f4646 774f4632 52494646 4f676753 664c6143 494433 d0cf11e0"
        " 377abcaf".split(),
    )
)
_SAMPLE = 64 * 1024
_MOST_CONTROLS = 0.1
_BLANKS = b"\t\n\v\f\r\x1b"
_CONTROLS = bytes(code for code in range(32) if code not in _BLANKS) + b"\x7f"


def decode(data: bytes) -> tuple[str, bool] | None:
    """Return the text of a file, and whether every character of it is known; None if it is none."""
    for mark, encoding in _MARKS:
        if data.startswith(mark) and (text := _strictly(data, encoding)) is not None:
            return text, "\0" not in text
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), False
    if b"\0" not in data:
        return _narrow(data)
    wide = _wide(data)
    if wide is not None:
        return wide, True
    if data.startswith(_SIGNATURES) or _is_binary(data):
        return None
    return _narrow(data)[0], False


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _narrow(data: bytes) -> tuple[str, bool]:
    text = _strictly(data, "utf-8-sig")
    if text is not None:
        return text, True
    lenient = data.decode("utf-8", "replace")
    unknown = lenient.count(UNKNOWN)
    foreign = sum(not char.isascii() for char in lenient) - unknown
    # A file that is UTF-8 but for a few bytes, or one of an old encoding.
    return (lenient if foreign >= unknown else data.decode("latin-1")), False


def _wide(data: bytes) -> str | None:
    """Return the text of a file of two or four bytes a character and without a mark."""
    for encoding, width in _WIDE:
        text = _strictly(data[: len(data) - len(data) % width], encoding)
        if text and "\0" not in text and _reads(text[:_SAMPLE]):
            return text
    return None


def _reads(text: str) -> bool:
    """Return whether a text is one: only assigned characters, blanks and ASCII among them."""
    plain = sum(char.isascii() for char in text)
    odd = sum(
        unicodedata.category(char) in {"Cc", "Cn", "Co", "Cs"} and not char.isspace()
        for char in text
        if not char.isascii() or not char.isprintable()
    )
    return not odd and plain * 50 >= len(text)


def _is_binary(data: bytes) -> bool:
    """Return whether controls are too many for a text; a run of NULs is one hole in it."""
    sample = re.sub(rb"\0+", b"\0", data.rstrip(b"\0")[:_SAMPLE])
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    most = _MOST_CONTROLS if _strictly(data, "utf-8") is not None else _MOST_CONTROLS / 2
    return not sample or controls > most * len(sample)

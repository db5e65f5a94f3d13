"""Colours, their contrast, and the design tokens that files declare."""

from __future__ import annotations

import pytest

from workers.claims.kinds.token import _agree
from workers.readers.colours import colour, contrast
from workers.readers.tokens import tokens_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#0b5", (0, 187, 85, 1)),
        ("#00bb55", (0, 187, 85, 1)),
        ("#00BB5500", (0, 187, 85, 0)),
        ("rgb(0, 187, 85)", (0, 187, 85, 1)),
        ("rgba(0 187 85 / 50%)", (0, 187, 85, 0.5)),
        ("hsl(0, 100%, 50%)", (255, 0, 0, 1)),
        ("white", (255, 255, 255, 1)),
    ],
)
def test_a_colour_is_read(text: str, expected: tuple[float, ...]) -> None:
    assert colour(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "#12345", "rgb(1, 2)", "oklch(0.7 0.1 200)", "var(--x)", "#"])
def test_what_is_no_colour_is_not_read(text: str) -> None:
    assert colour(text) is None


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000", "#fff", 21),
        ("#777", "#fff", 4.478),
        ("#767676", "#fff", 4.542),
        ("#fff", "#fff", 1),
    ],
)
def test_a_contrast_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    one, other = colour(first), colour(second)
    assert one is not None
    assert other is not None
    assert contrast(one, other) == pytest.approx(ratio, abs=0.001)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.css", ":root{--a-b:1px;--c: url(x;y)}", [(("a", "b"), "1px"), (("c",), "url(x;y)")]),
        ("a.css", "/* --a: 1; */ a { color: var(--a, red); b:hover { c: d } }", []),
        ("a.scss", "// $a: 1;\n$b: 2 !default;", [(("b",), "2 !default")]),
        ("a.less", "@a: 1px;", [(("a",), "1px")]),
        ("a.json", '{"a": {"$value": "1px"}}', [(("a",), "1px")]),
        ("a.ts", "export const t = { fontSize: { md: 16 }, x: f() }",
         [(("font", "size", "md"), "16"), (("x",), None)]),
    ],
)  # fmt: skip
def test_tokens_are_read(path: str, text: str, expected: list[object]) -> None:
    read = tokens_in(path, text)
    assert read is not None
    assert [(token.parts, token.value) for token in read.tokens] == expected


def test_lines_are_those_of_the_declarations() -> None:
    sheet = tokens_in("a.css", "/* one\ntwo */\n:root {\n  --a: 1;\n\n  --b: 2;\n}\n")
    listed = tokens_in("a.json", '{\n "a": {"value": 1},\n "b": {"value": 1}\n}')
    assert sheet is not None
    assert listed is not None
    assert [token.line for token in sheet.tokens] == [4, 6]
    assert [token.line for token in listed.tokens] == [2, 3]


@pytest.mark.parametrize(
    ("declared", "claimed", "expected"),
    [
        ("#fff", "rgb(255,255,255)", True),
        ("16px", "1rem", None),
        ("0", "0px", True),
        ("222 84% 5%", "hsl(222 84% 5%)", True),
        ("222 84% 5%", "#020817", None),
        ("calc(1px + 2px)", "3px", None),
        ("bold", "italic", False),
        ("grey", "gray", True),
        ('"Inter", sans-serif', "Inter", None),
        (None, "1px", None),
    ],
)
def test_values_are_compared(declared: str | None, claimed: str, expected: bool | None) -> None:
    assert _agree(declared, claimed) is expected

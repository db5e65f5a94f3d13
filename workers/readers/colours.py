"""Colours as style sheets write them, and their contrast."""

from __future__ import annotations

import colorsys
import re
from typing import NamedTuple

_NAMED = {"black": "#000", "white": "#fff", "aqua": "#0ff", "cyan": "#0ff"}
_NAMED |= {"fuchsia": "#f0f", "magenta": "#f0f", "red": "#f00", "transparent": "#0000"}
_NUMBER = r"[+-]?(?:[0-9]{1,6}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})"


class Colour(NamedTuple):
    """Red, green and blue from 0 to 255, opacity from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0


def colour(text: str) -> Colour | None:
    """Read a colour: hexadecimal, rgb() or hsl(); None for any other."""
    text = text.strip().lower()[:100]
    text = _NAMED.get(text, text)
    if re.fullmatch(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", text):
        digits = text[1:] if len(text) > 5 else "".join(2 * digit for digit in text[1:])
        codes = [int(digits[at : at + 2], 16) for at in range(0, len(digits), 2)]
        return Colour(codes[0], codes[1], codes[2], codes[3] / 255 if len(codes) > 3 else 1.0)
    function = re.fullmatch(r"(rgb|hsl)a?\(([^()]*)\)", text)
    parts = re.split(r"\s*[,/]\s*|\s+", function[2].strip()) if function else []
    if function is None or len(parts) not in {3, 4}:
        return None
    alpha = _share(parts[3]) if len(parts) > 3 else 1.0
    values = [_rgb(part) for part in parts[:3]] if function[1] == "rgb" else _hsl(parts[:3])
    known = [value for value in values if value is not None]
    if alpha is None or len(known) != 3:
        return None
    return Colour(known[0], known[1], known[2], alpha)


def _share(text: str) -> float | None:
    match = re.fullmatch(rf"({_NUMBER})(%?)", text)
    return max(0.0, min(1.0, float(match[1]) / (100 if match[2] else 1))) if match else None


def _rgb(text: str) -> float | None:
    share = _share(text) if text.endswith("%") else None
    if share is not None:
        return share * 255
    return max(0.0, min(255.0, float(text))) if re.fullmatch(_NUMBER, text) else None


def _hsl(parts: list[str]) -> list[float | None]:
    hue = re.fullmatch(rf"({_NUMBER})(?:deg)?", parts[0])
    shares = [_share(part) for part in parts[1:] if part.endswith("%")]
    if hue is None or len(shares) != 2 or None in shares:
        return []
    saturation, lightness = (share or 0.0 for share in shares)
    return [
        255 * part for part in colorsys.hls_to_rgb(float(hue[1]) / 360 % 1, lightness, saturation)
    ]


def contrast(first: Colour, second: Colour) -> float:
    """Return the contrast ratio of two opaque colours, from 1 to 21 (WCAG 2.2, section 5)."""
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(of: Colour) -> float:
    channels = [part / 255 for part in of[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""Secrets stay out of what is written: passwords in URLs, and values of the environment's keys."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any

MASK = "[redacted]"
# Shorter values stand in any text by chance: PASSWORD=test would mask every test.
_SECRET_CHARACTERS = 10
_SECRET_NAME = re.compile(r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS?)(?:_|$)")
_USER_INFO = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]{1,20}://)[^\s/?#@'\"]{1,200}:[^\s/?#'\"]{1,200}@"
)


def redacted(value: Any) -> Any:
    """Return a JSON value with the secrets in its texts masked."""
    if isinstance(value, str):
        return _masked(value)
    if isinstance(value, dict):
        return {_masked(name): redacted(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [redacted(inner) for inner in value]
    return value


def _masked(text: str) -> str:
    for secret in _secrets():
        text = text.replace(secret, MASK)
    return _USER_INFO.sub(rf"\g<scheme>{MASK}@", text) if "://" in text else text


@cache
def _secrets() -> tuple[str, ...]:
    """The values of the environment's variables whose names say that they are secret."""
    return tuple(
        value
        for name, value in os.environ.items()
        if len(value) >= _SECRET_CHARACTERS and _SECRET_NAME.search(name.upper())
    )

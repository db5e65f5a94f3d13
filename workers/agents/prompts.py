"""Foreign text in a prompt: data in a block that it cannot close."""

from __future__ import annotations

import hashlib


def block(name: str, text: str) -> str:
    """Return text between marks made from the text itself: it cannot hold its own digest."""
    mark = f"{name}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"
    return f"<{mark}>\n{text}\n</{mark}>"

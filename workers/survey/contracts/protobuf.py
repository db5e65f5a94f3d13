"""Protocol Buffers: the calls of services, with the paths of HTTP that annotations give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.found import Description
from workers.survey.syntax import suffix

if TYPE_CHECKING:
    from collections.abc import Iterator

PROTO_BYTES = 1024 * 1024
# Comments and texts; what is in a text is kept.
_COMMENT = lazy_pattern(r"//[^\n]{0,2000}|/\*.*?\*/|\"[^\"\n]{0,2000}\"", re.DOTALL)
_TOKEN = lazy_pattern(
    r"(?P<package>^\s{0,20}package\s+(?P<in>[\w.]{1,200})\s{0,9};)"
    r"|(?P<service>\bservice\s+(?P<of>\w{1,200})\s{0,20}\{)"
    r"|(?P<rpc>\brpc\s+(?P<call>\w{1,200})\s{0,20}\()"
    r"|(?P<http>\b(?P<verb>get|put|post|delete|patch)\s{0,9}:\s{0,9}\"(?P<path>/[^\"\n]{0,500})\")"
    r"|(?P<rule>google\.api\.http\b)",
    re.MULTILINE,
)
# `{name=shelves/*}` is a parameter with a pattern.
_PARAMETER = lazy_pattern(r"\{([\w.]{1,100})=[^{}]{0,200}\}")


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file declares a call."""
    return suffix(file) == ".proto" and len(source) <= PROTO_BYTES and b"rpc" in source


def read(file: str, source: bytes) -> Iterator[Description]:
    """Yield each call as `/package.Service/Call`, and the paths that its annotations say."""
    text = _COMMENT.sub(_blank, source.decode("utf-8-sig", "replace"))
    package = service = ""
    is_annotated = False
    for match in _TOKEN.finditer(text):
        line = text.count("\n", 0, match.end()) + 1
        if match["package"]:
            package = f"{match['in']}."
        elif match["service"]:
            service = match["of"]
        elif match["rpc"] and service:
            is_annotated = False
            yield Description("grpc", "RPC", f"/{package}{service}/{match['call']}", file, line)
        elif match["rule"]:
            is_annotated = True
        elif match["http"] and is_annotated:
            path = _PARAMETER.sub(r"{\1}", match["path"])
            yield Description("grpc", match["verb"].upper(), path, file, line)


def _blank(match: re.Match[str]) -> str:
    """Keep a text; of a comment keep the lines."""
    return match[0] if match[0].startswith('"') else "\n" * match[0].count("\n")

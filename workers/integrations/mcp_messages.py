"""Messages of the Model Context Protocol: what a line holds, what is wrong with it, its answer.

Two ways to speak are known. Up to 2025-11-25 `initialize` agrees on a version for all that follows;
since 2026-07-28 each request names its version in `_meta`, and nothing is remembered. A server may
serve both (https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning).
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from sessions.bounds import MESSAGE_BYTES, NESTING, over_nesting
from sessions.errors import shown
from workers import __version__

HANDSHAKE_VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
STATELESS_VERSIONS = ("2026-07-28",)
BATCH_VERSION = "2025-03-26"  # the only one with several messages on a line
SERVER_INFO = {"name": "waggle", "version": __version__}

PARSE_ERROR, INVALID_REQUEST, NO_METHOD, INVALID_PARAMS, INTERNAL_ERROR = (
    -32700,
    -32600,
    -32601,
    -32602,
    -32603,
)
NO_RESOURCE = -32002  # up to 2025-11-25, since then INVALID_PARAMS
TOO_MANY = -32000
UNSUPPORTED_VERSION = -32022

_OF_PROTOCOL = "io.modelcontextprotocol"
_VERSION = f"{_OF_PROTOCOL}/protocolVersion"
_CAPABILITIES = f"{_OF_PROTOCOL}/clientCapabilities"
_SERVER_INFO = f"{_OF_PROTOCOL}/serverInfo"
# How long an answer may be used again: what is in the program for an hour, what is on disk never.
_FOR_AN_HOUR = {"ttlMs": 3_600_000, "cacheScope": "public"}
_FOR_NOW = {"ttlMs": 0, "cacheScope": "private"}
_CACHED: dict[str, dict[str, Any]] = {
    "server/discover": _FOR_AN_HOUR,
    "tools/list": _FOR_AN_HOUR,
    "resources/templates/list": _FOR_AN_HOUR,
    "resources/list": _FOR_NOW,
    "resources/read": _FOR_NOW,
}


class Refused(Exception):
    """A request that is answered with an error of JSON-RPC: its code, its text, its data."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        """Keep what the answer says."""
        super().__init__(message)
        self.code, self.data = code, data


def read_line(line: bytes | None) -> object:
    """Return what a line holds; None is one that was too long to be kept.

    Raises Refused for what is no JSON, or nested deeper than any request.
    """
    if line is None:
        raise Refused(PARSE_ERROR, f"the line is longer than {MESSAGE_BYTES:,} bytes")
    try:
        text = line.decode()
        if over_nesting("json", text) is not None:
            raise Refused(PARSE_ERROR, f"the line is nested more than {NESTING} levels deep")
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused(PARSE_ERROR, "the line is no JSON") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def check_message(message: object) -> None:
    """Raise Refused unless it is a request, a notification or an answer."""
    fault = _fault(message)
    if fault:
        raise Refused(INVALID_REQUEST, fault)


def _fault(message: object) -> str:
    if isinstance(message, list):
        return f"a message is an object; batches, of version {BATCH_VERSION} alone, are not empty"
    if not isinstance(message, dict):
        return "a message is an object"
    if message.get("jsonrpc") != "2.0":
        return "jsonrpc is not 2.0"
    if "id" in message and not _is_id(message["id"]):
        return "the id is neither a text nor a whole number"
    if "result" in message or "error" in message:
        return ""
    if not isinstance(message.get("method"), str) or not message["method"]:
        return "the method is no text"
    if not isinstance(message.get("params", {}), dict):
        return "params is no object"
    return "" if _is_unicode(message) else "a text in it is not Unicode"


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_unicode(message: object) -> bool:
    """Return whether no text holds half of a pair, which JSON can write and UTF-8 cannot."""
    try:
        json.dumps(message, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def same_id(first: object, second: object) -> bool:
    """Return whether two ids are one: 1 is neither "1" nor true."""
    return type(first) is type(second) and first == second


def version_named(params: dict[str, Any]) -> str | None:
    """Return the version that a request names, None for one that relies on `initialize`.

    Raises Refused for a version that is not spoken here, and where `_meta` is not whole.
    """
    meta = params.get("_meta")
    if not isinstance(meta, dict) or _VERSION not in meta:
        return None
    version = meta[_VERSION]
    if not isinstance(version, str):
        raise Refused(INVALID_PARAMS, f"{_VERSION} is no text")
    if version not in STATELESS_VERSIONS:
        known = [*reversed(STATELESS_VERSIONS), *reversed(HANDSHAKE_VERSIONS)]
        data = {"supported": known, "requested": version}
        raise Refused(UNSUPPORTED_VERSION, f"version {shown(version, 60)} is not spoken here", data)
    if not isinstance(meta.get(_CAPABILITIES), dict):
        raise Refused(INVALID_PARAMS, f"{_CAPABILITIES} is missing in _meta")
    return version


def progress_token(params: dict[str, Any]) -> object:
    """Return what a request wants its progress to be called by, None if it wants none."""
    meta = params.get("_meta")
    token = meta.get("progressToken") if isinstance(meta, dict) else None
    return token if _is_id(token) else None


def answer_of(number: object, method: str, result: dict[str, Any], version: str | None) -> object:
    """Return the answer to a request; one that names its version is told more about it."""
    if version is not None:
        meta = {_SERVER_INFO: SERVER_INFO}
        result = {"resultType": "complete", **result, **_CACHED.get(method, {}), "_meta": meta}
    return {"jsonrpc": "2.0", "id": number, "result": result}


def refusal(message: object, refused: Refused) -> dict[str, Any]:
    """Return the error that answers a message; its id is null where it has none that counts."""
    number = message.get("id") if isinstance(message, dict) else None
    error: dict[str, Any] = {"code": refused.code, "message": str(refused)}
    if refused.data is not None:
        error["data"] = refused.data
    return {"jsonrpc": "2.0", "id": number if _is_id(number) else None, "error": error}


def progress(token: object, seconds: int, message: str) -> dict[str, Any]:
    """Return the notification that a request is worked on, for so many seconds now."""
    params = {"progressToken": token, "progress": seconds, "message": message}
    return {"jsonrpc": "2.0", "method": "notifications/progress", "params": params}

"""Addresses of databases: what of them may be printed."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from sessions.errors import escaped

_SCHEMES = ("postgresql", "postgres", "sqlite")
_NONE = "(no address)"


def passwords(url: str) -> list[str]:
    """Return the passwords in an address, each as it is written and as it is meant.

    libpq also takes them as parameters: `password`, `sslpassword`. Raises ValueError for what is no
    address.
    """
    parts = urlsplit(url)
    written = [parts.password] if parts.password else []
    written += [value for name, value in parse_qsl(parts.query) if "password" in name.lower()]
    return list(dict.fromkeys([*written, *map(unquote, written)]))


def has_password(url: str) -> bool:
    """Tell whether there is a password in what may be an address."""
    try:
        return bool(passwords(url))
    except ValueError:
        return "@" in url


def without_user(url: str) -> str:
    """Return an address that may be printed: without user and parameters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return _NONE
    if parts.scheme not in _SCHEMES:  # whatever else it is may be a password
        return url if url in _SCHEMES else _NONE
    host = parts.netloc.rpartition("@")[2]
    return escaped(f"{parts.scheme}://{host}{parts.path}")

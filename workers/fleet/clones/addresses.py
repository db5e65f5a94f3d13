"""What of a remote's address may be printed and recorded."""

from __future__ import annotations

from urllib.parse import urlsplit

_OF_WEB = ("http", "https")


def without_secrets(address: str) -> str:
    """Return a remote's address as it may be printed and recorded.

    A user of the web's is often a token, and what is asked for one as well.
    """
    if "://" not in address:
        return address
    try:
        parts = urlsplit(address)
        user, at, host = parts.netloc.rpartition("@")
    except ValueError:
        return address.partition("://")[0]
    if parts.scheme in _OF_WEB:
        return parts._replace(netloc=host, query="", fragment="").geturl()
    return parts._replace(netloc=f"{user.partition(':')[0]}{at}{host}").geturl()

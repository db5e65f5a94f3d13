"""Permanent links: a line of a file as a commit has it, at the host that a remote names."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from workers.reporting.formats.judgement import Cited

# user@host:owner/name, as git takes it; with a scheme the port is of ssh and not of the pages.
_SCP = lazy_pattern(r"(?:[\w.-]+@)?([\w.-]+):(?!/)([\w./~-]+)")
_URL = lazy_pattern(r"(https?|ssh|git)://(?:[^/]*@)?([\w.-]+)(:[0-9]+)?/([\w./~-]+)")
_SSH_HOSTS = {"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com"}
# github.com-work: what people call a host in ~/.ssh/config who have a key for each account.
_ALIAS = lazy_pattern(r"((?:github|gitlab)\.com)-[\w-]+")
# Forges whose pages are elsewhere than GitHub's.
_OTHERS = ("bitbucket", "azure", "visualstudio", "codeberg", "gitea", "forgejo", "sr.ht", "gerrit")
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rst", ".adoc", ".ipynb")


def web_of(remote: str) -> str:
    """Return the address of a repository's pages, without credentials; "" where it is not known.

    A host that nobody knows is taken for GitHub Enterprise.
    """
    address = _URL.fullmatch(remote.strip())
    if address is not None:
        scheme, host, port, path = address.groups()
        port = port if scheme.startswith("http") and port else ""
        scheme = scheme if scheme.startswith("http") else "https"
    else:
        copied = _SCP.fullmatch(remote.strip())
        if copied is None or len(copied[1]) == 1:  # a drive's letter
            return ""
        scheme, host, port, path = "https", copied[1], "", copied[2]
    host, path = host.lower(), path.strip("/").removesuffix(".git")
    host = _SSH_HOSTS.get(host, host)
    alias = _ALIAS.fullmatch(host)
    host = alias[1] if alias else host
    parts = path.split("/")
    if len(parts) < 2 or "." not in host or not all(part.strip(".~") for part in parts):
        return ""
    if any(name in host for name in _OTHERS):
        return ""
    return f"{scheme}://{host}{port}/{path}"


def is_gitlab(web: str) -> bool:
    """Tell whether pages are GitLab's, by the name of their host."""
    return "gitlab" in web.split("/")[2]


def commit_link(web: str, commit: str) -> str:
    """Return the address of a commit."""
    return f"{web}/{'-/' if is_gitlab(web) else ''}commit/{commit}"


def permanent(web: str, commit: str, prefix: str, place: Cited) -> str:
    """Return the address of a place at a commit; `prefix` is where the root is, with its /."""
    path = quote(f"{prefix}{place.file}".encode("utf-8", "surrogateescape"), safe="/")
    plain = "?plain=1" if place.line and path.lower().endswith(_MARKDOWN) else ""
    lines = ""
    if place.line is not None:
        lines = f"#L{place.line}"
        if place.end_line not in {None, place.line}:
            lines += f"-{'' if is_gitlab(web) else 'L'}{place.end_line}"
    return f"{web}/{'-/' if is_gitlab(web) else ''}blob/{commit}/{path}{plain}{lines}"

"""The servlets of `web.xml` that serve routes, and the paths that they are mapped to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

SPRING, JAX_RS = "web.xml.spring", "web.xml.jax-rs"
_COMMENT = lazy_pattern(r"(?s)<!--.{0,5000}?-->")
_SERVLET = lazy_pattern(
    r"<servlet-name>\s{0,40}([^<>]{1,200}?)\s{0,40}</servlet-name>\s{0,200}"
    r"<servlet-class>\s{0,40}([^<>]{1,200}?)\s{0,40}</servlet-class>"
)
_MAPPING = lazy_pattern(
    r"<servlet-mapping>\s{0,200}<servlet-name>\s{0,40}([^<>]{1,200}?)\s{0,40}</servlet-name>"
    r"\s{0,200}<url-pattern>\s{0,40}([^<>]{1,200}?)\s{0,40}</url-pattern>"
)
_SERVING = {
    "DispatcherServlet": SPRING,
    "ServletContainer": JAX_RS,
    "HttpServletDispatcher": JAX_RS,
    "HttpServlet30Dispatcher": JAX_RS,
    "Application": JAX_RS,  # javax.ws.rs.core.Application is a servlet's name as well
}


def mapped(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stands in front of the routes of a framework, by the key of its setting."""
    text = _COMMENT.sub("", text)
    classes = {match[1]: match[2] for match in _SERVLET.finditer(text)}
    for match in _MAPPING.finditer(text):
        name = classes.get(match[1], match[1]).rpartition(".")[2]
        if name in _SERVING:
            pattern = match[2]
            yield _SERVING[name], pattern.removesuffix("*") if pattern.endswith("/*") else "/"

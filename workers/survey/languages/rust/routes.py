"""Routes of Rust: axum, Actix Web and Rocket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.rust import source as sources
from workers.survey.languages.rust.follower import Follower
from workers.survey.languages.rust.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.found import Endpoint, NotUnderstood

_PACKAGE = lazy_pattern(rb'^\[package\][^\[]{0,2000}?^name\s{0,9}=\s{0,9}"([\w-]{1,100})"', 8)
_LIBRARY = lazy_pattern(rb'^\[lib\][^\[]{0,2000}?^name\s{0,9}=\s{0,9}"([\w-]{1,100})"', 8)
# Words of a function by which what it does is read.
_BODIES = (
    b"Router", b".route(", b".nest", b".merge(", b"routes!", b".mount(", b".service(",
    b"scope(", b"resource(", b".configure(", b"ServiceConfig", b"Vec<Route>", b"Route>",
    b"axum::serve", b"into_make_service", b"HttpServer", b".launch()", b"rocket::build", b"routes",
    b"router",
)  # fmt: skip
_TOKENS = (
    *_BODIES, b"#[get(", b"#[post(", b"#[put(", b"#[delete(", b"#[patch(", b"#[head(", b"#[route(",
    b"utoipa::path", b"rocket::", b"actix_web", b"pub use ", b"&str =", b"&'static str =",
)  # fmt: skip


def concerns(file: str, source: bytes) -> bool:
    """Tell by cheap tokens whether a file may say something of routes."""
    if not file.endswith(".rs"):
        return b"[package]" in source
    return file.endswith(("/mod.rs", "/lib.rs")) or any(token in source for token in _TOKENS)


def extract(file: str, source: bytes) -> list[list[Any]]:
    """Return the items of a file, of a manifest what its crate is called; raises TooSlow."""
    if not file.endswith(".rs"):
        package, library = _PACKAGE.search(source), _LIBRARY.search(source)
        names = [one[1].decode().replace("-", "_") for one in (package, library) if one]
        return [["package", "", name] for name in names]
    return sources.items(source, _BODIES)


def resolve(
    facts: Mapping[str, list[list[Any]]],
) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files, and what looked like one and was not understood."""
    follower = Follower(Modules(facts))
    endpoints = follower.endpoints()
    served = {(one.file, one.line) for one in endpoints}
    missed = dict.fromkeys(follower.missed)
    return endpoints, [one for one in missed if (one.file, one.line) not in served]

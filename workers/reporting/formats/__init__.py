"""Judged reports for people and other programs: FORMATS, a module each that makes a text."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from workers.reporting.formats.judgement import Session


class Format(NamedTuple):
    """A module here with `rendered(session) -> str`, and what it is for.

    `compares`: it shows what changed since an earlier judgement.
    """

    module: str
    meaning: str
    compares: bool = False


FORMATS = {
    "markdown": Format("markdown", "for people, and for a wiki or a chat", compares=True),
    "html": Format("html", "a page for people: one file, for a browser, paper or an archive"),
    "sarif": Format("sarif", "2.1.0, for GitHub code scanning and editors"),
    "junit": Format("junit", "every claim is a test, for CI that shows tests"),
    "gitlab": Format("gitlab", "for GitLab code quality"),
    "github": Format("github", "a pull request's comment, with permanent links"),
    "linear": Format("linear", "a short comment on an issue of Linear"),
    "openapi": Format("openapi", "3.1, the endpoints of accepted reports, for API tools"),
    "json": Format("as_json", "every field, for programs of your own", compares=True),
}


def rendered(name: str, session: Session) -> str:
    """Return a session's judged reports in one of FORMATS."""
    module = import_module(f"workers.reporting.formats.{FORMATS[name].module}")
    text: str = module.rendered(session)
    return text

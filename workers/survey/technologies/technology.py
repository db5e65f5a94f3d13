"""A technology as data: what shows that it is there, and what readers call what is its."""

from __future__ import annotations

from typing import Literal, NamedTuple

# What a technology declares: routes, tables, what runs beside requests, or a description of those.
Gives = Literal["endpoints", "tables", "endpoints and tables", "jobs and topics", "contracts"]


class Technology(NamedTuple):
    """A framework, a library or a kind of document; lists of words are texts with blanks between.

    - `marks`: modules that Python and scripts import; of other languages words that code holds
    - `packages`: what manifests call it
    - `clients`: packages that are as often asked for to call other services: they count where the
      map has nothing of what the technology gives
    - `uses`: words of a file that imports it which show that it serves: without one of them an
      import of a technology without a reader says nothing
    - `words`: words of scripts that show it where nothing needs to be imported
    - `files`: a pattern of paths that are proof by themselves
    - `likely`: a pattern of paths that lie so where it is in use, and may where it is not
    - `by_place`: its routes are files where `likely` says: where none is, none was missed
    - `readers`: the `framework` of endpoints and the `source` of tables and jobs that are read
      of it: without it the map calls it unread
    """

    name: str
    gives: Gives
    marks: str = ""
    packages: str = ""
    uses: str = ""
    files: str = ""
    likely: str = ""
    words: str = ""
    readers: str = ""
    clients: str = ""
    by_place: bool = False

"""Client routes, as a file declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from workers.readers.unread import Unread


class ClientRoute(NamedTuple):
    """A page that a router shows at a path.

    - `path`: from the root of what the file declares; `whole` where nothing may stand before it
    - `components`: the names that are given to show it, none where that is not known; guards and
      layouts that the page stands in are among them
    - `guard`: the sign that it asks who is there, "" without one
    """

    path: str
    line: int
    last: int
    framework: str
    components: tuple[str, ...] = ()
    whole: bool = True
    guard: str = ""


class ClientRoutes(NamedTuple):
    """The client routes of a file; `modules` is what its names are imported from."""

    routes: tuple[ClientRoute, ...] = ()
    unread: tuple[Unread, ...] = ()
    modules: tuple[tuple[str, str], ...] = ()

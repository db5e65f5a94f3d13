"""Elements of markup, with what helps those who do not see or point."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from workers.readers.unread import Unread


class Element(NamedTuple):
    """An element: `first` and `last` line of its opening tag.

    - `aids`: what it has of `alt`, `label`, `name`, `role`, `lang`: True or False; what is not
      known is left out
    - `native`: it is HTML's own, no component's
    """

    tag: str
    first: int
    last: int
    aids: dict[str, bool]
    native: bool = True


class Markup(NamedTuple):
    """The elements of a file, and what of it was not understood."""

    elements: tuple[Element, ...] = ()
    unread: tuple[Unread, ...] = ()

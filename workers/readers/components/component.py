"""Components of a user interface, as a file declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from workers.readers.unread import Unread


class Prop(NamedTuple):
    """A property that a component takes; `required` is None where that is not known."""

    name: str
    line: int
    required: bool | None = None


class Props(NamedTuple):
    """The properties of a component; `whole` where it takes no others."""

    listed: tuple[Prop, ...] = ()
    whole: bool = True

    def called(self, name: str) -> Prop | None:
        """Return the property of a name."""
        return next((prop for prop in self.listed if prop.name == name), None)


class Component(NamedTuple):
    """A component: its first and last line, the framework that it is written for."""

    name: str
    line: int
    last: int
    framework: str
    props: Props = Props(whole=False)


class Components(NamedTuple):
    """What a file declares.

    - `other_names`: what else it declares or hands on under a name
    - `imported`: the names that it imports, each with the module
    - `is_file`: the file is one component, and its name is the file's
    - `unread`: what was not understood; of a file with such a part nothing is known to be absent
    """

    components: tuple[Component, ...] = ()
    other_names: frozenset[str] = frozenset()
    imported: tuple[tuple[str, str], ...] = ()
    is_file: bool = False
    unread: tuple[Unread, ...] = ()

"""What a file declares of how the code is built, run and watched: plain records with their lines.

Lines count from 1, `last` included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Topic = Literal["jobs", "containers", "variables", "monitors"]
# How a variable or secret comes by its value: a text that stands there, one of a store, one from
# outside (another variable, a file), or not seen.
Origin = Literal["literal", "ci_secret", "vault", "kubernetes", "env", "unknown"]


class Unread(NamedTuple):
    """Something that was not understood; `topic` is what it may declare, None is anything."""

    topic: Topic | None
    reason: str
    line: int


class Job(NamedTuple):
    """A job of a pipeline; `steps` and `needs` are None where they are not known."""

    name: str
    line: int
    last: int
    title: str = ""
    steps: int | None = None
    images: tuple[str, ...] = ()
    needs: tuple[str, ...] | None = None
    hidden: bool = False


class Container(NamedTuple):
    """An image that is built or run; `image` as it is written, "" where only a build is named.

    `owner` is the stage, service or container. `user`, `healthcheck`, `ports` are what is declared
    beside it, None where it is not known; `whole` says that the image was read to its end.
    """

    owner: str
    image: str
    line: int
    last: int
    user: str | None = None
    healthcheck: bool | None = None
    ports: frozenset[int] = frozenset()
    whole: bool = True


class Variable(NamedTuple):
    """A variable that is set or declared; `value` is its literal."""

    name: str
    line: int
    origin: Origin
    value: str = ""
    default: bool = False


class Monitor(NamedTuple):
    """Something that watches: an alert, a rule, a target, a probe."""

    name: str
    kind: str
    line: int


class Declared(NamedTuple):
    """What one file declares; `format` is what kind of file it was read as."""

    format: str
    jobs: tuple[Job, ...] = ()
    containers: tuple[Container, ...] = ()
    variables: tuple[Variable, ...] = ()
    monitors: tuple[Monitor, ...] = ()
    unread: tuple[Unread, ...] = ()

    def unread_of(self, topic: Topic) -> tuple[Unread, ...]:
        """Return what was not understood and may have declared something of a topic."""
        return tuple(gap for gap in self.unread if gap.topic in {topic, None})


Part = Job | Container | Variable | Monitor | Unread


def gathered(form: str, parts: Iterable[Part]) -> Declared:
    """Return the parts of a file, each under what it is."""
    listed = list(parts)
    return Declared(
        form,
        jobs=tuple(part for part in listed if isinstance(part, Job)),
        containers=tuple(part for part in listed if isinstance(part, Container)),
        variables=tuple(part for part in listed if isinstance(part, Variable)),
        monitors=tuple(part for part in listed if isinstance(part, Monitor)),
        unread=tuple(part for part in listed if isinstance(part, Unread)),
    )


class Image(NamedTuple):
    """The parts of an image's name; the registry is a part of `name`."""

    name: str
    tag: str | None
    digest: str | None


def image_parts(written: str) -> Image:
    """Return name, tag and digest of an image; a registry's port is no tag."""
    rest, _, digest = written.partition("@")
    name, _, tag = rest.rpartition(":")
    if not name or "/" in tag:
        name, tag = rest, ""
    return Image(name, tag or None, digest or None)

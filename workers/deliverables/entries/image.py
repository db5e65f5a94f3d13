"""A container image, as a file declares what is built or run."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text, Version

STATEMENTS: frozenset[str] = frozenset()
SAMPLES: frozenset[str] = frozenset()


class Image(Form):
    """An image: `pinned` says that it has a digest, or a tag other than `latest`.

    `user`, `healthcheck` and `ports` are what `file` declares for its container.
    """

    id: Annotated[str, Field(pattern="^IMG-[0-9]{3}$")]
    image: Text
    tag: Version | None = None
    status: Status
    description: Text
    file: Text | None = None
    pinned: bool | None = None
    user: Version | None = None
    healthcheck: bool | None = None
    ports: list[Annotated[int, Field(ge=0, le=65535)]] | None = None
    evidence: list[Evidence] = []


class ChangedImage(Image):
    """An image that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Image
CHANGED_ENTRY = ChangedImage

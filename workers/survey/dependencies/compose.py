"""Compose files and Dockerfiles: the services that run beside the code, and their images."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.bounds import COMPOSE_BYTES
from sessions.patterns import lazy_pattern
from workers.survey import yaml_nodes
from workers.survey.dependencies.manifests import Unreadable
from workers.survey.found import Dependency
from workers.survey.yaml_nodes import composed, entries, entry, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPOSE = lazy_pattern(r"(?:^|/)(?:docker-)?compose[\w.-]*\.ya?ml$", re.IGNORECASE)
_DOCKERFILE = lazy_pattern(r"(?:^|/)(?:Dockerfile|Containerfile)[\w.-]*$")
_FROM = lazy_pattern(r"^FROM\s+(?:--\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file says which services or images are run, by its name."""
    by_name = _COMPOSE.search(file) or _DOCKERFILE.search(file)
    return by_name is not None and len(source) <= COMPOSE_BYTES


def read(file: str, source: bytes) -> Iterator[Dependency]:
    """Return services and images. Raises Unreadable."""
    text = source.decode("utf-8-sig", "replace")
    return _dockerfile(file, text) if _DOCKERFILE.search(file) else _services(file, text)


def _dockerfile(file: str, text: str) -> Iterator[Dependency]:
    stages: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        match = _FROM.match(line[:1000])
        if match is None:
            continue
        if match[1].lower() not in {*stages, "scratch"} and "$" not in match[1]:
            name, version = _image(match[1])
            yield Dependency("base image", name, file, number, version)
        stages |= {match[2].lower()} if match[2] else set()


def _services(file: str, text: str) -> Iterator[Dependency]:
    """Return the services; the version of one is the image that it runs."""
    try:
        root = composed(text)
    except yaml_nodes.Unreadable as error:
        raise Unreadable(str(error)) from error
    for name, line, service in entries(entry(root, "services")):
        image = scalar(entry(service, "image"))
        is_named = image and "$" not in image
        image_name, version = _image(image) if is_named else ("", None)
        written = f"{image_name}:{version}" if version else image_name
        yield Dependency("service", name, file, line, written or None)


def _image(written: str) -> tuple[str, str | None]:
    """Return an image's name and version; a registry's port is no version."""
    name, _, version = written.partition("@")[0].rpartition(":")
    if not name or "/" in version:
        return written.partition("@")[0], None
    return name, version

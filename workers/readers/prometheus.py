"""Rules and targets of Prometheus; rules in a manifest of Kubernetes (PrometheusRule) too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.bounds import COMPOSE_BYTES
from sessions.patterns import lazy_pattern
from workers.readers.declared import Declared, Monitor, Unread
from workers.readers.documents import child, documents, is_list, mapping
from workers.survey.yaml_nodes import Unreadable, items, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = lazy_pattern(r"\.ya?ml$|\.rules$")
_MARKS = lazy_pattern(r"(?m)^\s*(?:-\s+)?(?:alert|record|job_name):\s*\S")


def read(file: str, text: str) -> Declared | None:
    """Return the rules and targets of a file, None of one that has none."""
    del file
    if len(text) > COMPOSE_BYTES or _MARKS.search(text) is None:
        return None
    try:
        roots = documents(text)
    except Unreadable as error:
        return Declared("Prometheus", unread=(Unread(None, str(error), 1),))
    monitors = [monitor for root in roots for monitor in _monitors(root)]
    if not monitors:
        return None
    files = [root for root in roots if child(root, "scrape_config_files") is not None]
    unread = (Unread("monitors", "other files are included", 1),) if files else ()
    return Declared("Prometheus", monitors=tuple(monitors), unread=unread)


def _monitors(root: Any) -> Iterator[Monitor]:
    for groups in (child(root, "groups"), child(root, "spec", "groups")):
        for group in items(groups) if is_list(groups) else ():
            for rule in items(child(group, "rules")):
                keys = mapping(rule)
                for key, kind in (("alert", "alert"), ("record", "metric")):
                    if key in keys:
                        yield Monitor(scalar(keys[key].node), kind, keys[key].line)
    for target in items(child(root, "scrape_configs")):
        keys = mapping(target)
        if "job_name" in keys:
            yield Monitor(scalar(keys["job_name"].node), "metric", keys["job_name"].line)

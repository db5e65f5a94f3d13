"""Claims in words: files, identifiers and technologies that are named, against a search.

Names in prose may be of libraries or of things that are missed: those that stand nowhere are
warnings. What the notes describe in the form ENDPOINT or TABLE must be listed in the JSON.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.delivery.delivery import problem
from workers.repository.source import Source, plain
from workers.review import routes_in_text
from workers.review.checks.complete import FUTURE
from workers.review.checks.endpoints import endpoints, fits_path
from workers.review.checks.tables import last_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.repository import Repository


def described_endpoints_are_listed(delivery: Delivery) -> Iterator[Problem]:
    """What the notes describe as ENDPOINT or TABLE is listed in the JSON."""
    if delivery.notes is None or not delivery.parses:
        return
    listed = {
        (str(entry.get("method")), *routes_in_text.segments(str(entry.get("path"))))
        for _, entry in delivery.entries("api_specifications")
    }
    for number, method, path in delivery.notes.endpoints():
        is_shown = any(
            method in route.methods and fits_path(route, path)
            for endpoint in endpoints(delivery)
            for _, route in endpoint.shown
        )
        # Where the lines that the JSON cites declare it, the JSON is wrong, and told so there.
        if (method, *routes_in_text.segments(path)) not in listed and not is_shown:
            message = f"the notes describe {method} {shown(path, 80)}, the JSON does not list it"
            hint = "Add it to api_specifications, or mend method and path."
            yield problem("K17", message, hint, delivery.in_notes(number))
    tables = {
        plain(last_part(str(entry.get("table_name"))))
        for _, entry in delivery.entries("database_designs")
    }
    for number, name in delivery.notes.tables():
        if plain(last_part(name)) not in tables:
            message = f"the notes describe the table {shown(name, 60)}, the JSON does not list it"
            hint = "Add it to database_designs, or mend the name."
            yield problem("K17", message, hint, delivery.in_notes(number))


_IDENTIFIER = re.compile(r"[A-Za-z_][\w.]*(?:\(\))?")
_FILE_NAME = re.compile(r"[\w.@/\[\]()-]+/[\w.@\[\]()-]+\.[A-Za-z]{1,6}")


def names_in_prose_stand_in_the_code(delivery: Delivery) -> Iterator[Problem]:
    """Files and identifiers in backticks stand in the repository, where they are not advice."""
    for number, span in _told_of_the_code(delivery):
        if _FILE_NAME.fullmatch(span):
            if not isinstance(delivery.repository.source(span), Source):
                message = f"the file {shown(span)} does not exist"
                hint = "Mend the path, or say `Proposed:` if it is to be made."
                yield problem("K13", message, hint, delivery.in_notes(number))
        elif _is_identifier(span) and not _stands(delivery.repository, span):
            message = f"{shown(span, 80)} stands nowhere in the repository"
            hint = "Mend the name, or say `Proposed:` if it is to be made."
            yield problem("K14", message, hint, delivery.in_notes(number))


def _told_of_the_code(delivery: Delivery) -> Iterator[tuple[int, str]]:
    """Yield line and code span of what the notes say is there: no advice, nothing proposed."""
    heading = ""
    for section in delivery.notes.sections if delivery.notes else ():
        heading = section.key if section.level <= 2 else heading
        if heading in FUTURE:
            continue
        for line in section.lines:
            if not line.proposed:
                yield from ((line.number, span) for span in line.spans)


def _is_identifier(span: str) -> bool:
    """Tell whether a code span is a name that a program gave: `order_id`, `OrderItem`, `pay()`."""
    if not _IDENTIFIER.fullmatch(span) or len(span) > 80:
        return False
    last = span.removesuffix("()").split(".")[-1]
    return "_" in last.strip("_") or span.endswith("()") or bool(re.search(r"[a-z][A-Z]", last))


def _stands(repository: Repository, span: str) -> bool:
    return repository.has_word(span.removesuffix("()").split(".")[-1]) is not False


# Names under which a technology shows in manifests, imports, compose files and settings.
TECHNOLOGIES = {
    "redis": ("redis", "ioredis", "valkey"),
    "kafka": ("kafka", "kafkajs", "aiokafka"),
    "rabbitmq": ("rabbitmq", "amqp", "amqplib", "pika", "aio_pika", "kombu"),
    "celery": ("celery",),
    "elasticsearch": ("elasticsearch", "opensearch"),
    "memcached": ("memcached", "memcache", "pymemcache", "pylibmc"),
    "mongodb": ("mongodb", "mongo", "mongoose", "pymongo", "motor"),
    "graphql": ("graphql", "graphene", "strawberry", "apollo", "ariadne"),
    "grpc": ("grpc", "grpcio"),
    "kubernetes": ("kubernetes", "k8s", "helm", "kubectl", "kind"),
    "docker": ("docker", "dockerfile", "containerfile"),
    "terraform": ("terraform",),
    "prometheus": ("prometheus",),
    "opentelemetry": ("opentelemetry", "otel"),
}


def technologies_stand_in_the_code(delivery: Delivery) -> Iterator[Problem]:
    """A technology that an existing service uses shows in the repository."""
    for list_name in ("service_architecture", "security_implementations"):
        for pointer, entry in delivery.entries(list_name):
            if entry.get("status") != "existing":
                continue
            for name in ("service_name", "security_feature", "integration_patterns"):
                text = str(entry.get(name, ""))
                for technology, words in TECHNOLOGIES.items():
                    if not re.search(rf"\b{technology}\b", text, re.IGNORECASE):
                        continue
                    if delivery.repository.has_word(*words) is False:
                        message = f"{technology} shows nowhere in the repository"
                        hint = "Drop it, or make the entry proposed."
                        yield problem("K15", message, hint, delivery.in_json(f"{pointer}/{name}"))

"""Claims in words: what the notes describe is listed, and named technologies are in use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers import sql
from workers.claims.ledger import ledger
from workers.claims.paths import segments
from workers.delivery.delivery import problem
from workers.repository.source import plain
from workers.review.checks.assertions import is_asserted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery


def described_endpoints_are_listed(delivery: Delivery) -> Iterator[Problem]:
    """What the notes describe as ENDPOINT or TABLE is listed in the JSON."""
    if delivery.notes is None or not delivery.parses:
        return
    listed = {
        (str(entry.get("method")), *segments(str(entry.get("path"))))
        for _, entry in delivery.entries("api_specifications")
    }
    for number, method, path in delivery.notes.endpoints():
        if (method, *segments(path)) not in listed and not _is_told(delivery, method, path):
            message = f"the notes describe {method} {shown(path, 80)}, the JSON does not list it"
            hint = "Add it to api_specifications, or correct the method and path."
            yield problem("K17", message, hint, delivery.in_notes(number))
    tables = {
        plain(sql.last_part(str(entry.get("table_name"))))
        for _, entry in delivery.entries("database_designs")
    }
    for number, name in delivery.notes.tables():
        if plain(sql.last_part(name)) not in tables:
            message = f"the notes describe the table {shown(name, 60)}, the JSON does not list it"
            hint = "Add it to database_designs, or correct the name."
            yield problem("K17", message, hint, delivery.in_notes(number))


def _is_told(delivery: Delivery, method: str, path: str) -> bool:
    """Tell whether the JSON has the endpoint with a method or path that is refuted there."""
    return any(
        method == decided.claim.entry["method"]
        or segments(path) == segments(decided.claim.entry["path"])
        for decided in ledger(delivery)
        if decided.claim.kind == "endpoint" and decided.verdict.outcome == "refuted"
    )


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
                stated = entry.get(name, "")
                texts = (
                    [f"{key}: {text}" for key, text in stated.items()]
                    if isinstance(stated, dict)
                    else [str(stated)]
                )
                for technology, words in TECHNOLOGIES.items():
                    if not any(_is_used(technology, text) for text in texts):
                        continue
                    if delivery.repository.has_word(*words) is False:
                        message = f"{technology} shows nowhere in the repository"
                        hint = "Name what the entry uses, or drop it."
                        yield problem("K15", message, hint, delivery.in_json(f"{pointer}/{name}"))


def _is_used(technology: str, text: str) -> bool:
    """Tell whether a text asserts that a technology is in use."""
    named = re.search(rf"\b{technology}\b", text, re.IGNORECASE)
    return named is not None and is_asserted(text, named.start())

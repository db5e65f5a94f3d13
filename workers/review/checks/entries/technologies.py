"""Technologies that an existing entry, or a SERVICE of the notes, is said to use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.delivery.delivery import is_there, problem, text_of
from workers.delivery.json_lines import texts_in
from workers.repository.source import plain
from workers.review.checks.assertions import is_asserted
from workers.review.checks.entries.forms import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

# Names under which a technology shows in manifests, imports, compose files and settings.
TECHNOLOGIES = {
    "redis": ("redis", "ioredis", "valkey", "lettuce", "jedis", "redisson", "predis"),
    "kafka": ("kafka", "kafkajs", "aiokafka", "sarama", "rdkafka"),
    "rabbitmq": (
        "rabbitmq",
        "amqp",
        "amqplib",
        "pika",
        "aio_pika",
        "kombu",
        "bunny",
        "masstransit",
    ),
    "celery": ("celery",),
    "sidekiq": ("sidekiq",),
    "bullmq": ("bullmq", "bull"),
    "elasticsearch": ("elasticsearch", "opensearch"),
    "memcached": ("memcached", "memcache", "pymemcache", "pylibmc", "dalli"),
    "mongodb": ("mongodb", "mongo", "mongoose", "pymongo", "motor", "mongoid"),
    "mysql": (
        "mysql",
        "mysql2",
        "mysqli",
        "mariadb",
        "pymysql",
        "mysqlclient",
        "aiomysql",
        "percona",
    ),
    "cassandra": ("cassandra", "scylla"),
    "dynamodb": ("dynamodb", "dynamo", "boto3", "pynamodb"),
    "clickhouse": ("clickhouse",),
    "neo4j": ("neo4j",),
    "graphql": ("graphql", "graphene", "strawberry", "apollo", "ariadne"),
    "grpc": ("grpc", "grpcio", "tonic", "protobuf"),
    "kubernetes": ("kubernetes", "k8s", "helm", "kubectl", "kind"),
    "docker": ("docker", "dockerfile", "containerfile"),
    "terraform": ("terraform",),
    "prometheus": ("prometheus", "micrometer", "prom_client"),
    "grafana": ("grafana",),
    "opentelemetry": ("opentelemetry", "otel"),
    "sentry": ("sentry", "sentry_sdk", "raven"),
    "datadog": ("datadog", "ddtrace", "dd_trace", "statsd"),
    "stripe": ("stripe",),
    "twilio": ("twilio",),
    "sendgrid": ("sendgrid",),
    "keycloak": ("keycloak",),
    "auth0": ("auth0",),
    "totp": ("totp", "otp", "pyotp", "rotp", "speakeasy", "otplib", "otpauth", "two_factor"),
}
# Kinds of entries that say what code uses; others may weigh what it could use.
_OF_CODE = ("endpoint", "table", "service", "security", "performance")
_NAMED = lazy_pattern(rf"\b(?:{'|'.join(TECHNOLOGIES)})\b", re.IGNORECASE)
_NO_TEXT = frozenset("id status evidence claims ddl migration openapi category priority".split())
# What such keys say is to come, unless it says in so many words that something is there.
_ADVICE = frozenset(
    "implementation_guidance target_performance expected_impact migration_strategy"
    " scalability_considerations implementation_effort".split()
)
_IS_THERE = lazy_pattern(
    r"\b(?:uses|used|runs|is (?:stored|kept|cached|queued|backed|sent|held|served)"
    r"|are (?:stored|kept|cached|queued|backed|sent|held|served)|holds|currently|already)\b",
    re.IGNORECASE,
)


def technologies_stand_in_the_code(delivery: Delivery) -> Iterator[Problem]:
    """A technology that an existing entry or a service uses shows in the repository."""
    for name in ("findings", *delivery.profile.keys_of(*_OF_CODE)):
        for pointer, entry in delivery.entries(name):
            if is_there(entry):
                where = {technology: key for key, technology in _absent_in(delivery, entry)}
                for technology, key in where.items():
                    yield _problem(technology, delivery.in_json(f"{pointer}/{key}"))
    yield from _in_notes(delivery)


def _absent_in(delivery: Delivery, entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield key and technology of what an entry wrongly says, the first key last."""
    for key in reversed([key for key in entry if key not in _NO_TEXT]):
        for text in _texts(entry[key]):
            for technology in _absent(delivery, text, is_advice=key in _ADVICE):
                yield key, technology


def _in_notes(delivery: Delivery) -> Iterator[Problem]:
    proposed = {
        plain(text_of(entry, "service_name"))
        for _, entry in delivery.entries_of("service")
        if text_of(entry, "status") == "proposed"
    }
    for kind, name, rows in forms(delivery):
        status = rows["status"][1] if "status" in rows else ""
        if kind != "SERVICE" or plain(name.strip("`*")) in proposed or "proposed" in status.lower():
            continue
        for label, (line, text) in rows.items():
            for technology in _absent(delivery, f"{label}: {text}", is_advice=label == "testing"):
                yield _problem(technology, delivery.in_notes(line.number))


def _problem(technology: str, place: Any) -> Problem:
    message = f"{technology} shows nowhere in the repository"
    return problem("K15", message, "Name what the entry uses, or drop it.", place)


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of a value, the keys above it before each."""
    for pointer, text in texts_in(value, but=_NO_TEXT):
        keys = [key for key in pointer.split("/") if key and not key.isdecimal()]
        yield ": ".join((*keys, text))


def _absent(delivery: Delivery, text: str, *, is_advice: bool) -> Iterator[str]:
    """Yield the technologies that a text asserts to be in use, and that stand nowhere."""
    for named in _NAMED.finditer(text):
        technology = named[0].lower()
        if not is_asserted(text, named.start()) or (is_advice and not _IS_THERE.search(text)):
            continue
        if delivery.repository.has_word(*TECHNOLOGIES[technology]) is False:
            yield technology

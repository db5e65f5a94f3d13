"""A technology is told where an existing entry says that it is there, and nothing shows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from workers.catalog import built_in
from workers.delivery.delivery import read_delivery
from workers.repository.repository import Repository
from workers.review.checks.entries.technologies import technologies_stand_in_the_code

if TYPE_CHECKING:
    from pathlib import Path


def told(
    folder: Path, key: str, entry: dict[str, Any], notes: str = "", code: str = "import amqp\n"
) -> list[str]:
    """Return the technologies that are told of an entry, after checking that it is a warning."""
    root = folder / "repository"
    root.mkdir(exist_ok=True)
    (root / "app.py").write_text(code)
    files = folder / "notes.md", folder / "output.json"
    files[0].write_text(f"# Notes\n\n{notes}\n")
    files[1].write_text(json.dumps({key: [{"status": "existing", **entry}]}))
    delivery = read_delivery(built_in()[0], Repository(root), *files)
    problems = [*technologies_stand_in_the_code(delivery)]
    assert {(one.code, one.severity) for one in problems} <= {("K15", "warning")}
    return [one.message.split()[0] for one in problems]


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("performance_optimizations", {"optimization": "Redis cache of the lists"}),
    ("performance_optimizations", {"implementation": {"cache": "answers are kept in Redis"}}),
    ("performance_optimizations", {"current_performance": "2 ms, from Memcached"}),
    ("api_specifications", {"caching_strategy": "Redis, 60 seconds"}),
    ("api_specifications", {"rate_limiting": "100 calls a minute, counted in Redis"}),
    ("api_specifications", {"implementation_notes": "It publishes to Kafka"}),
    ("database_designs", {"description": "The outbox that Kafka reads"}),
    ("database_designs", {"data_integrity": ["Celery removes orphans each night"]}),
    ("service_architecture", {"description": "Bills by Stripe"}),
    ("service_architecture", {"business_logic": {"invoice": "Stripe makes the invoice"}}),
    ("service_architecture", {"implementation_guidance": "The service uses Kafka"}),
    ("service_architecture", {"integration_patterns": {"redis": "fire and forget"}}),
    ("security_implementations", {"monitoring_alerts": "Sentry sends each failed login"}),
    ("security_implementations", {"implementation": "TOTP as the second factor"}),
]
TRUE: list[tuple[str, dict[str, Any]]] = [
    ("service_architecture", {"integration_patterns": "RabbitMQ, one queue"}),
    ("service_architecture", {"description": "There is no Redis"}),
    ("service_architecture", {"description": "Without Kafka or Celery"}),
    ("service_architecture", {"scalability_considerations": "Redis for what processes share"}),
    ("service_architecture", {"implementation_guidance": "Move the sessions to Redis"}),
    ("service_architecture", {"integration_patterns": "In process; Kafka is not used"}),
    ("performance_optimizations", {"target_performance": "5 ms with Redis"}),
    ("api_specifications", {"caching_strategy": "None, Redis would help"}),
    ("api_specifications", {"rate_limiting": "Keine, Redis fehlt"}),
    ("security_implementations", {"status": "proposed", "description": "TOTP by Stripe"}),
    ("service_architecture", {"description": "Kindly docked to motors"}),
    ("service_architecture", {"evidence": [{"snippet": "redis"}], "category": "redis"}),
]


@pytest.mark.parametrize(("key", "entry"), WRONG, ids=[str(entry) for _, entry in WRONG])
def test_what_shows_nowhere_is_told_once(tmp_path: Path, key: str, entry: dict[str, Any]) -> None:
    assert len(told(tmp_path, key, {"description": "What it is.", **entry})) == 1


@pytest.mark.parametrize(("key", "entry"), TRUE, ids=[str(entry) for _, entry in TRUE])
def test_what_shows_or_is_not_asserted_is_not_told(
    tmp_path: Path, key: str, entry: dict[str, Any]
) -> None:
    assert told(tmp_path, key, entry) == []


def test_the_same_technology_is_told_once_for_an_entry(tmp_path: Path) -> None:
    entry = {"service_name": "Redis cache", "description": "Redis", "type": "Redis and Kafka"}
    assert sorted(told(tmp_path, "service_architecture", entry)) == ["kafka", "redis"]


SERVICE = "SERVICE: Mailer\n- Responsibility: sends mail\n- Dependencies: {}\n"


@pytest.mark.parametrize(
    ("dependencies", "count"), [("Kafka topics", 1), ("no Kafka", 0), ("RabbitMQ", 0)]
)
def test_services_of_the_notes_are_read(tmp_path: Path, dependencies: str, count: int) -> None:
    entry = {"service_name": "Mailer"}
    notes = SERVICE.format(dependencies)
    assert len(told(tmp_path, "service_architecture", entry, notes)) == count


def test_a_proposed_service_of_the_notes_is_not_read(tmp_path: Path) -> None:
    entry = {"service_name": "Mailer", "status": "proposed"}
    assert told(tmp_path, "service_architecture", entry, SERVICE.format("Kafka")) == []

"""What code needs at run time: environment variables, queues, caches, schedulers, hosts.

Names of variables only, never a value; of an address only scheme and host, without user or query.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.found import Dependency

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (".py", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".go", ".rb", ".java", ".php")
LINE_CHARACTERS = 2_000
SOURCE_BYTES = 2_000_000
# Found one by one: that is ten times as fast as an alternation that ignores case.
TOKENS = tuple(
    b"environ getenv process.env import.meta.env basesettings env[ env.fetch lookupenv http://"
    b" https:// celery rq dramatiq arq huey bull redis memcache kafka amqp pika rabbit cron schedul"
    b" boto3 minio client-s3 cloud.storage nats agenda pymongo motor mongo elasticsearch psycopg"
    b" asyncpg mysql sqlite cassandra clickhouse neo4j duckdb opensearch kombu taskiq cache".split()
)
_QUOTED = r"\s*['\"]([A-Za-z_]\w{0,100})['\"]"
# Each with a word that it cannot do without, which is looked for first.
_VARIABLES = (
    ("environ", lazy_pattern(rf"environ(?:\.(?:get|setdefault|pop))?\s?[\[(]{_QUOTED}")),
    ("etenv", lazy_pattern(rf"etenv\s?\({_QUOTED}")),
    ("env", lazy_pattern(rf"\benv(?:\.\w{{1,12}})?\({_QUOTED}")),
    ("LookupEnv", lazy_pattern(rf"LookupEnv\({_QUOTED}")),
    ("ENV", lazy_pattern(rf"\bENV(?:\.fetch)?[\[(]{_QUOTED}")),
    (".env", lazy_pattern(rf"\.env\[{_QUOTED}")),
    (".env.", lazy_pattern(r"(?:process|meta)\.env\.([A-Za-z_]\w{0,100})")),
)
_SETTINGS_CLASS = lazy_pattern(r"^class\s+\w+\([^)\n]{0,200}\bBaseSettings\b", re.MULTILINE)
_SETTING = lazy_pattern(r"^ {4}([A-Za-z]\w{0,100})\s?:[^=\n]{1,200}")
_PREFIX = lazy_pattern(r"env_prefix\s?=\s?['\"](\w*)['\"]")
_IMPORTS = (
    ("import ", lazy_pattern(r"^[ \t]{0,40}(?:from|import)[ ]([\w.]+)", re.MULTILINE)),
    ("from ", lazy_pattern(r"from ['\"]([^'\"\n]{1,200})['\"]")),
    ("require(", lazy_pattern(r"require\(\s?['\"]([^'\"\n]{1,200})['\"]")),
)
# What a library that is imported means; the kind says what the code needs beside itself.
LIBRARIES = {
    "queue": "celery rq dramatiq arq huey kombu pika aio_pika amqplib bull bullmq bee-queue kafka"
    " aiokafka confluent_kafka kafkajs nats stan faststream taskiq sidekiq @nestjs/bull"
    " @nestjs/bullmq pg-boss amqp-connection-manager",
    "cache": "redis aioredis ioredis memcache pymemcache pylibmc memcached memjs cachetools"
    " flask_caching aiocache",
    "scheduler": "apscheduler schedule celery_beat django_celery_beat node-cron cron node-schedule"
    " agenda @nestjs/schedule rq_scheduler django_q toad-scheduler",
    "database": "psycopg psycopg2 asyncpg pymysql MySQLdb aiomysql aiosqlite sqlite3 pymongo motor"
    " mongoose mongodb pg mysql mysql2 better-sqlite3 elasticsearch opensearchpy cassandra"
    " clickhouse_driver clickhouse_connect neo4j duckdb",
    "storage": "boto3 aioboto3 minio @aws-sdk/client-s3 @google-cloud/storage google.cloud.storage",
}
_KIND = {name: kind for kind, names in LIBRARIES.items() for name in names.split()}
_URL = lazy_pattern(
    r"""['"`](https?)://(?:[^/'"`@\s]{1,200}@)?([A-Za-z0-9.-]{3,253})(:[0-9]{1,5})?""",
    re.IGNORECASE,
)
# What stands before an address that is called, not shown: a client's method, or a base address.
_CALLED = lazy_pattern(
    r"(?:\b(?:requests|httpx|client|session|http|axios|aiohttp|superagent|needle|got|ky|HTTP|Http)"
    r"\.\w{1,20}(?:<[^<>\n]{0,80}>)?|\b(?:\$?fetch|got|ky|axios|urlopen|Request|NewRequest\w{0,20}))\("
    r"|(?:(?:base|api|auth|token|endpoint|webhook|oauth|host|server|service)\w{0,20}_?ur[li]"
    r"|\burl|endpoint|api_?(?:base|host|root))\w{0,10}[\"']?(?:\s?:\s?str)?\s{0,4}[:=]",
    re.IGNORECASE,
)
BEFORE = 120
_TEST = lazy_pattern(
    r"[._-](?:test|spec|stories)s?\.|(?:^|/)(?:tests?|__tests__|test_[^/]*|conftest\.py)"
)
_LOCAL = lazy_pattern(
    r"^(?:(?:.*\.)?localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|\[::|.*\.local$|(?:.*\.)?example\.(?:com|org|net)$"
    r"|.*\.test$|.*\.invalid$|(?:www\.)?w3\.org$|schemas?\.)|^[^.]+$"
)


def concerns(file: str, source: bytes) -> bool:
    """Tell by cheap tokens whether code reads variables or speaks to something outside."""
    if not file.endswith(SUFFIXES) or len(source) > SOURCE_BYTES or _TEST.search(file):
        return False
    lowered = source.lower()
    return any(token in lowered for token in TOKENS)


def read(file: str, source: bytes) -> Iterator[Dependency]:
    """Return what a file needs, each thing once, where it is first named."""
    text = source.decode("utf-8", "replace")
    needs = sorted(_needs(text))
    ends = [match.start() for match in re.finditer("\n", text)] if needs else []
    seen: set[tuple[str, str]] = set()
    for position, kind, name in needs:
        if (kind, name) not in seen and not _is_comment(text, position):
            seen.add((kind, name))
            yield Dependency(kind, name, file, bisect_left(ends, position) + 1)


def _is_comment(text: str, position: int) -> bool:
    """Tell whether the line begins as a comment does, or is one of a bundle."""
    start = text.rfind("\n", max(0, position - LINE_CHARACTERS), position) + 1
    if not start and position > LINE_CHARACTERS:
        return True
    return text[start : start + 80].lstrip().startswith(("#", "//", "*"))


def _needs(text: str) -> Iterator[tuple[int, str, str]]:
    for match in _matches(_VARIABLES, text):
        yield match.start(), "variable", match[1]
    for match in _matches(_IMPORTS, text):
        yield from _library(match.start(1), match[1])
    for match in _addresses(text):
        host = match[2].lower()
        before = text[max(0, match.start() - BEFORE) : match.start()]
        is_outside = "." in host.strip(".") and not _LOCAL.match(host)
        if is_outside and _CALLED.search("\n".join(before.split("\n")[-2:])):
            yield match.start(), "host", f"{match[1].lower()}://{host}{match[3] or ''}"
    for match in _SETTINGS_CLASS.finditer(text):
        yield from _settings(text, match.start())


def _addresses(text: str) -> Iterator[re.Match[str]]:
    """Yield the addresses in a text: from what each holds back to where it may begin."""
    at = text.find("://")
    while at != -1:
        for start in (at - len("'https"), at - len("'http")):
            match = _URL.match(text, start) if start >= 0 else None
            if match is not None:
                yield match
                break
        at = text.find("://", at + 3)


def _matches(
    patterns: tuple[tuple[str, re.Pattern[str]], ...], text: str
) -> Iterator[re.Match[str]]:
    for word, pattern in patterns:
        if word in text:
            yield from pattern.finditer(text)


def _library(position: int, module: str) -> Iterator[tuple[int, str, str]]:
    for name in (module, module.partition(".")[0]):
        if name in _KIND:
            yield position, _KIND[name], name
            return


def _settings(text: str, start: int) -> Iterator[tuple[int, str, str]]:
    """Return the variables behind the fields of a class of Pydantic settings."""
    position = text.find("\n", start) + 1
    body: list[tuple[int, str]] = []
    for line in text[position:].splitlines(keepends=True) if position else ():
        if line.strip() and not line.startswith((" ", "\t", ")", "#")):
            break
        body.append((position, line[:LINE_CHARACTERS]))
        position += len(line)
    prefix = next((match[1] for _, line in body if (match := _PREFIX.search(line))), "")
    for place, line in body:
        field = _SETTING.match(line)
        if field and field[1] != "model_config" and "ClassVar" not in line:
            yield place, "variable", f"{prefix}{field[1]}".upper()

"""MARKS: what the libraries for tasks, queues and schedules do; the only list of them.

A new library is a line in LIBRARIES; the words by which a file shows it must be its own.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.jobs.uses import Form, Use

_SCRIPTS = ("javascript", "typescript", "tsx")
_LANGUAGES = {"python": ("python",), "script": _SCRIPTS, "java": ("java",), "ruby": ("ruby",),
              "go": ("go",)}  # fmt: skip


class Mark(NamedTuple):
    """Something that code does with a library.

    - `form`, `written`: how it is used, and a pattern of the name that the code writes
    - `kind`: task, queue, topic or schedule
    - `named`: where its name stands: positions of arguments or names of named ones, tried in turn;
      `target` is the function or class that it is about
    - `timed`: the same for when it runs
    - `only_named`: other libraries have methods of that name: without a name it is not meant
    """

    form: Form
    written: str
    kind: str
    named: str = "target"
    timed: str = ""
    only_named: bool = False

    def fits(self, use: Use) -> bool:
        """Tell whether a use is meant."""
        if use.form != self.form or _compiled(self.written).search(use.name) is None:
            return False
        return not self.only_named or self.name(use) is not None

    def name(self, use: Use) -> str | None:
        """Return what it is called, None where that is computed."""
        return _value(use, self.named)

    def when(self, use: Use) -> str | None:
        """Return when it runs, as the code writes it; None where that is computed or not said."""
        return _value(use, self.timed)


class Library(NamedTuple):
    """A library: its `source` is what jobs say, one of `words` is in each file that uses it."""

    source: str
    language: str
    words: tuple[bytes, ...]
    marks: tuple[Mark, ...]


def _library(source: str, language: str, words: str, *marks: Mark) -> Library:
    """Return a library; its words stand with blanks between, `~` in one for a blank of its own."""
    own = tuple(word.replace("~", " ").encode() for word in words.split())
    return Library(source, language, own, marks)


LIBRARIES = (
    _library(
        "celery", "python", "celery CELERY_BEAT",
        Mark("mark", r"(?:^|\.)(?:shared_task|periodic_task|task)$", "task", "name target"),
        Mark("call", r"\.add_periodic_task$", "schedule", "name", "0"),
        Mark("entry", r"(?i)(?:^|[._])beat_schedule$", "schedule", "0", "schedule"),
    ),
    _library(
        "dramatiq", "python", "dramatiq",
        Mark("mark", r"(?:^|\.)actor$", "task", "actor_name target"),
    ),
    _library(
        "huey", "python", "huey",
        Mark("mark", r"(?:^|\.)(?:task|db_task)$", "task"),
        Mark("mark", r"(?:^|\.)(?:periodic_task|db_periodic_task)$", "schedule"),
    ),
    _library(
        "rq", "python", "from~rq import~rq django_rq",
        Mark("mark", r"(?:^|\.)job$", "task"),
        Mark("call", r"^(?:rq\.)?Queue$", "queue", "0 name"),
    ),
    _library(
        "taskiq", "python", "taskiq", Mark("mark", r"(?:^|\.)task$", "task", "task_name target")
    ),
    _library(
        "faststream", "python", "faststream",
        Mark("mark", r"\.(?:subscriber|publisher)$", "topic", "0"),
    ),
    _library(
        "apscheduler", "python", "apscheduler",
        Mark("mark", r"\.scheduled_job$", "schedule", "id target", "0"),
        Mark("call", r"\.add_job$", "schedule", "id name", "1 trigger"),
    ),
    _library(
        "kafka", "python", "kafka",
        Mark("call", r"(?:^|\.)(?:AIO)?KafkaConsumer$", "topic", "0"),
        Mark("call", r"(?i)consumer\.subscribe$", "topic", "0", "", only_named=True),
        Mark("call", r"(?i)producer\.(?:send|send_and_wait|produce)$", "topic", "0 topic",
             only_named=True),
    ),
    _library(
        "rabbitmq", "python", "pika",
        Mark("call", r"\.(?:basic_consume|queue_declare|declare_queue)$", "queue", "queue 0",
             only_named=True),
    ),
    _library(
        "bullmq", "script", "bullmq",
        Mark("call", r"^(?:Queue|Worker|FlowProducer)$", "queue", "0"),
        Mark("mark", r"^Processor$", "queue", "0 name"),
    ),
    _library(
        "bull", "script", "'bull' \"bull\" @nestjs/bull' @nestjs/bull\"",
        Mark("call", r"^(?:Queue|Bull)$", "queue", "0"),
        Mark("mark", r"^Processor$", "queue", "0 name"),
        Mark("mark", r"^Process$", "task", "0 name target"),
    ),
    _library(
        "node-cron", "script", "node-cron node-schedule croner 'cron' \"cron\"",
        Mark("call", r"(?i)(?:^|\.)(?:cron\w*\.schedule|scheduleJob|Cron|CronJob(?:\.from)?)$",
             "schedule", "name", "0 cronTime"),
    ),
    _library(
        "nest-schedule", "script", "@nestjs/schedule",
        Mark("mark", r"^(?:Cron|Interval|Timeout)$", "schedule", "name target", "0"),
    ),
    _library(
        "kafkajs", "script", "kafkajs",
        Mark("call", r"\.(?:subscribe|send)$", "topic", "topic topics", only_named=True),
    ),
    _library(
        "nest-microservices", "script", "@nestjs/microservices",
        Mark("mark", r"^(?:EventPattern|MessagePattern)$", "topic", "0"),
    ),
    _library(
        "amqplib", "script", "amqplib amqp-connection-manager",
        Mark("call", r"\.(?:consume|sendToQueue|assertQueue)$", "queue", "0", only_named=True),
    ),
    _library(
        "agenda", "script", "agenda",
        Mark("call", r"(?i)agenda\.define$", "task", "0"),
        Mark("call", r"(?i)agenda\.every$", "schedule", "1", "0"),
    ),
    _library(
        "spring-schedule", "java", "@Scheduled",
        Mark("mark", r"^Scheduled$", "schedule", "target",
             "cron fixedRateString fixedDelayString fixedRate fixedDelay"),
    ),
    _library(
        "spring-kafka", "java", "@KafkaListener",
        Mark("mark", r"^KafkaListener$", "topic", "topics"),
    ),
    _library(
        "spring-rabbit", "java", "@RabbitListener",
        Mark("mark", r"^RabbitListener$", "queue", "queues"),
    ),
    _library(
        "sidekiq", "ruby", "Sidekiq::", Mark("base", r"^Sidekiq::(?:Job|Worker)$", "task"),
    ),
    _library(
        "active-job", "ruby", "ApplicationJob ActiveJob::Base",
        Mark("base", r"(?:^|::)(?:ApplicationJob|ActiveJob::Base)$", "task"),
    ),
    _library(
        "asynq", "go", "hibiken/asynq",
        Mark("call", r"\.HandleFunc$", "task", "0", only_named=True),
        Mark("call", r"^asynq\.NewTask$", "task", "0"),
    ),
    _library(
        "robfig-cron", "go", "robfig/cron",
        Mark("call", r"\.(?:AddFunc|AddJob)$", "schedule", "", "0"),
    ),
)  # fmt: skip


def libraries(language: str, source: bytes) -> Iterator[Library]:
    """Yield the libraries of a language of which a file holds a word."""
    for library in _of_language(language):
        if any(word in source for word in library.words):
            yield library


@cache
def _of_language(language: str) -> tuple[Library, ...]:
    return tuple(each for each in LIBRARIES if language in _LANGUAGES[each.language])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _value(use: Use, places: str) -> str | None:
    for place in places.split():
        if place == "target":
            value: str | None = use.target or None
        elif place.isdigit():
            value = use.arguments[int(place)] if int(place) < len(use.arguments) else None
        else:
            value = use.named.get(place)
        if value is not None:
            return value
    return None

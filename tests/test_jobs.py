"""What runs beside requests: every form of each library, with its line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.survey import jobs, survey
from workers.survey.found import Job
from workers.survey.jobs.marks import LIBRARIES

if TYPE_CHECKING:
    from pathlib import Path

CELERY = """\
from celery import Celery, shared_task
from celery.schedules import crontab

app = Celery("shop")
QUEUE = "mail"


@shared_task
def plain(): ...


@app.task(name="shop.named", queue=QUEUE)
def named(): ...


app.conf.beat_schedule = {
    "nightly": {"task": "shop.named", "schedule": crontab(hour=3)},
    "often": {"task": "shop.plain", "schedule": 30},
}


def unrelated(): ...
"""
PYTHON = """\
import dramatiq
from apscheduler.schedulers.background import BackgroundScheduler
from huey import RedisHuey, crontab
from rq import Queue
from kafka import KafkaConsumer

huey = RedisHuey()
scheduler = BackgroundScheduler()
emails = Queue("emails")
TOPIC = "orders"
orders = KafkaConsumer(TOPIC)


@dramatiq.actor(queue_name="x")
def resize(): ...


@huey.periodic_task(crontab(minute="0"))
def hourly(): ...


@scheduler.scheduled_job("cron", hour=3)
def nightly(): ...


def start(name):
    scheduler.add_job(resize, "interval", id="again")
    producer.send("paid", b"x")
    response.send("not a topic")
    producer.send(name)
"""
OTHERS = """\
import pika
from faststream import FastStream
from taskiq import InMemoryBroker


@broker.task(task_name="shop.send")
def send(): ...


@broker.subscriber("orders")
def orders(): ...


channel.basic_consume(queue="invoices", on_message_callback=handle)
"""
SCRIPT = """\
import { Queue, Worker } from 'bullmq'
import cron from 'node-cron'
import { Kafka } from 'kafkajs'
import amqp from 'amqplib'
const MAIL = 'mail'
export const mail = new Queue(MAIL)
new Worker('mail', async (job) => job)
cron.schedule('0 3 * * *', () => {})
await consumer.subscribe({ topic: 'orders', fromBeginning: true })
await producer.send({ topic: 'paid', messages })
await channel.consume('invoices', onMessage)
agenda.define('digest', handler)
agenda.every('5 minutes', 'digest')
res.send('not a topic')
Array.from('not a job')
"""
NEST = """\
import { Cron, Interval } from '@nestjs/schedule'
import { EventPattern } from '@nestjs/microservices'
import { Processor, Process } from '@nestjs/bull'

@Processor('thumbnails')
export class Thumbnails {
  @Process('resize')
  resize() {}

  @Cron('45 * * * * *', { name: 'notify' })
  notify() {}

  @Interval(10000)
  poll() {}

  @EventPattern('user.created')
  created() {}
}
"""
JAVA = """\
import org.springframework.scheduling.annotation.Scheduled;

class Jobs {
    @Scheduled(cron = "0 0 3 * * *")
    void nightly() {}

    @Scheduled(fixedRate = 5000)
    public void often() {}

    @KafkaListener(topics = "orders", groupId = "g")
    void orders(String message) {}

    @RabbitListener(queues = {"invoices"})
    void invoices(String message) {}
}
"""
RUBY = """\
class HardJob
  include Sidekiq::Job
  include Comparable

  def perform; end
end

class MailJob < ApplicationJob
  queue_as :mail
end
"""
GO = """\
package main

import (
	"github.com/hibiken/asynq"
	"github.com/robfig/cron/v3"
)

const TypeMail = "mail:send"

func main() {
	mux.HandleFunc(TypeMail, send)
	mux.HandleFunc("image:resize", resize)
	c.AddFunc("@daily", clean)
}
"""
CRON_JOB = """\
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: backup
spec:
  schedule: "0 3 * * *"
"""
CRONTAB = """\
# m h dom mon dow command
MAILTO=ops@shop.example
0 3 * * * /usr/local/bin/backup --all
@daily python manage.py clearsessions
"""
FORMS = [
    (
        "app/tasks.py",
        CELERY,
        [
            "celery task plain plain - 8",
            "celery task shop.named named - 12",
            "celery schedule nightly shop.named - 17",
            "celery schedule often shop.plain 30 18",
        ],
    ),
    (
        "app/work.py",
        PYTHON,
        [
            "rq queue emails - - 9",
            "kafka topic orders - - 11",
            "dramatiq task resize resize - 14",
            "huey schedule hourly hourly - 18",
            "apscheduler schedule nightly nightly cron 22",
            "apscheduler schedule again - interval 27",
            "kafka topic paid - - 28",
        ],
    ),
    (
        "app/others.py",
        OTHERS,
        [
            "taskiq task shop.send send - 6",
            "faststream topic orders orders - 10",
            "rabbitmq queue invoices - - 14",
        ],
    ),
    (
        "src/work.ts",
        SCRIPT,
        [
            "bullmq queue mail - - 6",
            "bullmq queue mail - - 7",
            "node-cron schedule - - 0 3 * * * 8",
            "kafkajs topic orders - - 9",
            "kafkajs topic paid - - 10",
            "amqplib queue invoices - - 11",
            "agenda task digest - - 12",
            "agenda schedule digest - 5 minutes 13",
        ],
    ),
    (
        "src/thumbnails.ts",
        NEST,
        [
            "bull queue thumbnails Thumbnails - 5",
            "bull task resize resize - 7",
            "nest-schedule schedule notify notify 45 * * * * * 10",
            "nest-schedule schedule poll poll 10000 13",
            "nest-microservices topic user.created created - 16",
        ],
    ),
    (
        "src/Jobs.java",
        JAVA,
        [
            "spring-schedule schedule nightly nightly 0 0 3 * * * 4",
            "spring-schedule schedule often often 5000 7",
            "spring-kafka topic orders orders - 10",
            "spring-rabbit queue invoices invoices - 13",
        ],
    ),
    (
        "app/jobs/hard.rb",
        RUBY,
        ["sidekiq task HardJob HardJob - 2", "active-job task MailJob MailJob - 8"],
    ),
    (
        "main.go",
        GO,
        [
            "asynq task mail:send - - 11",
            "asynq task image:resize - - 12",
            "robfig-cron schedule - - @daily 13",
        ],
    ),
    ("k8s/backup.yaml", CRON_JOB, ["kubernetes-cronjob schedule backup - 0 3 * * * 10"]),
    (
        "deploy/crontab",
        CRONTAB,
        [
            "crontab schedule /usr/local/bin/backup --all - 0 3 * * * 3",
            "crontab schedule python manage.py clearsessions - @daily 4",
        ],
    ),
]


def said(row: Job) -> str:
    words = (row.source, row.kind, row.name or "-", row.handler or "-", row.when or "-", row.line)
    return " ".join(map(str, words))


@pytest.mark.parametrize(("name", "text", "expected"), FORMS, ids=lambda value: str(value)[:20])
def test_what_runs_beside_requests_is_read_with_its_line(
    name: str, text: str, expected: list[str]
) -> None:
    assert jobs.concerns(name, text.encode())
    facts = json.loads(json.dumps(jobs.extract(name, text.encode())))
    rows, missed = jobs.resolve({name: facts})
    assert [*map(said, rows)] == expected
    assert missed == []


def test_a_library_that_is_read_is_not_named_as_unread(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "tasks.py").write_text(CELERY, "utf-8")
    found = survey(tmp_path)
    assert len(found.jobs) == 4
    assert [gap.name for gap in found.unread] == []


def test_every_library_has_a_form() -> None:
    shown = {line.split()[0] for _, _, lines in FORMS for line in lines}
    assert {library.source for library in LIBRARIES} <= shown


@given(st.sampled_from(FORMS), st.data())
def test_foreign_text_never_raises(case: tuple[str, str, list[str]], data: st.DataObject) -> None:
    name, text, _ = case
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = text[:start].encode() + data.draw(st.binary(max_size=20)) + text[end:].encode()
    rows, _ = jobs.resolve({name: jobs.extract(name, source)})
    assert all(row.line > 0 for row in rows)

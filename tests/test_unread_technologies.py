"""Technologies are known by imports, manifests and names, and those that nobody read are named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.test_blindness import made
from workers.reporting.survey_report import markdown
from workers.survey import survey
from workers.survey.technologies import ecosystems, of_dependency
from workers.survey.technologies.languages import LANGUAGES
from workers.survey.unread import as_row

if TYPE_CHECKING:
    from pathlib import Path

# Name -> the file and what it says: forty technologies of which nothing can be read there.
UNREAD = {
    "aiohttp": ("a/io.py", "from aiohttp import web\napp = web.Application()\n"),
    "Bottle": ("a/bottled.py", "from bottle import route, run\n"),
    "CherryPy": ("a/cherry.py", "import cherrypy\n"),
    "Falcon": ("a/falcon_app.py", "import falcon\n"),
    "Pyramid": ("a/pyr.py", "from pyramid.config import Configurator\n"),
    "Sanic": ("a/sanic_app.py", "from sanic import Sanic\n"),
    "Tornado": ("a/torn.py", "from tornado.web import Application\napp = Application()\n"),
    "http.server": (
        "a/plain.py",
        "from http.server import BaseHTTPRequestHandler\nclass H(BaseHTTPRequestHandler): ...\n",
    ),
    "Peewee": ("a/pw.py", "from peewee import Model\n"),
    "Celery": ("a/tasks.py", "from celery import Celery\n"),
    "TanStack Start": ("web/package.json", '{"dependencies": {"@tanstack/start": "1.0.0"}}\n'),
    "KeystoneJS": ("cms/package.json", '{"dependencies": {"@keystone-6/core": "6"}}\n'),
    "Elysia": ("b/elysia.ts", "import { Elysia } from 'elysia'\n"),
    "hapi": ("b/hapi.js", "const Hapi = require('@hapi/hapi')\n"),
    "Oak": ("b/oak.ts", 'import { Router } from "https://deno.land/x/oak@v12.6.1/mod.ts"\n'),
    "tRPC": ("b/trpc.ts", "import { initTRPC } from '@trpc/server'\n"),
    "node http": (
        "b/http.js",
        "import http from 'node:http'\nhttp.createServer((q, r) => r.end())\n",
    ),
    "Mongoose": ("b/mongo.ts", "import mongoose from 'mongoose'\n"),
    "BullMQ": ("b/queue.ts", "import { Queue } from 'bullmq'\n"),
    "Apollo Server": ("b/apollo.ts", "import { ApolloServer } from '@apollo/server'\n"),
    "Spring": ("c/A.java", "import org.springframework.web.bind.annotation.GetMapping;\n"),
    "JPA": ("c/B.java", "import jakarta.persistence.Entity;\n"),
    "Ktor": ("c/App.kt", "import io.ktor.server.routing.get\n"),
    "Gin": ("d/main.go", 'import "github.com/gin-gonic/gin"\n'),
    "ent": ("d/go.mod", "module x\n\nrequire entgo.io/ent v0.14.0\n"),
    "Rails": ("config/routes.rb", "Rails.application.routes.draw do\nend\n"),
    "Sidekiq": ("Gemfile", "gem 'sidekiq'\n"),
    "Laravel": ("routes/web.php", "<?php\nuse Illuminate\\Support\\Facades\\Route;\n"),
    "CakePHP": ("composer.json", '{"require": {"cakephp/cakephp": "^5"}}\n'),
    "Nancy": ("e/Program.cs", "class Shop : NancyModule {}\n"),
    "tide": ("f/Cargo.toml", '[dependencies]\ntide = "0.16"\n'),
    "tonic": ("f/main.rs", "use tonic::transport::Server;\n"),
    "Absinthe": ("g/mix.exs", 'defp deps, do: [{:absinthe, "~> 1.7"}]\n'),
    "Vapor": ("h/routes.swift", "import Vapor\n"),
    "Mojolicious": ("i/app.pl", "use Mojolicious::Lite;\n"),
    "Compojure": ("i/core.clj", "(ns x (:require [compojure.core :refer :all]))\n"),
    "RAML": ("api.raml", "#%RAML 1.0\n"),
    "TypeSpec": ("main.tsp", "op ping(): void;\n"),
    "Kubernetes Ingress": ("k8s/in.yaml", "apiVersion: v1\nkind: Ingress\n"),
    "serverless": ("serverless.yml", "service: x\n"),
}
LANGUAGES_OF_THEM = {
    "Java", "Kotlin", "Ruby", "PHP", "C#", "Rust", "Go", "Elixir", "Swift", "Perl", "Clojure",
}  # fmt: skip
READ = {
    "requirements.txt": "fastapi\nstarlette\nsqlalchemy\naiohttp\n",
    "app/main.py": (
        "from fastapi import FastAPI\nimport aiohttp\n\napp = FastAPI()\n\n\n"
        "@app.get('/orders')\ndef orders():\n    return []\n"
    ),
    "app/models.py": (
        "from sqlalchemy.orm import DeclarativeBase, mapped_column\n\n\n"
        "class Base(DeclarativeBase): ...\n\n\n"
        "class Order(Base):\n    __tablename__ = 'orders'\n"
        "    id = mapped_column(primary_key=True)\n"
    ),
    "node/package.json": '{"dependencies": {"express": "4", "@prisma/client": "5"}}\n',
    "node/server.js": (
        "const express = require('express')\nconst http = require('http')\n"
        "const app = express()\napp.get('/health', (q, r) => r.end())\n"
        "http.createServer(app).listen(80)\n"
    ),
    "node/schema.prisma": "model User {\n  id Int @id\n}\n",
    "node/vite.config.ts": "import { defineConfig } from 'vite'\nexport default defineConfig({})\n",
}


def test_every_unread_technology_of_a_polyglot_repository_is_named_and_none_that_was_read(
    tmp_path: Path,
) -> None:
    files = {**READ, **dict(UNREAD.values())}
    assert len(UNREAD) == 40
    found = survey(made(tmp_path, files))
    named = {gap.name for gap in found.unread}
    assert named == set(UNREAD) | LANGUAGES_OF_THEM
    assert [row for row in map(as_row, found.unread) if row not in found.not_understood] == []
    for gap in found.unread:
        assert gap.file in files
        assert f"{gap.title}: {gap.reason}" in "\n".join(markdown(found))
    assert [row.file for row in found.not_understood if row.file in READ] == []


def test_what_was_read_is_not_named(tmp_path: Path) -> None:
    found = survey(made(tmp_path, READ))
    assert (len(found.endpoints), len(found.tables)) == (2, 2)
    assert found.unread == []
    assert found.not_understood == []


@pytest.mark.parametrize(
    ("files", "title"),
    [
        ({f"a{n}.go": 'import "github.com/labstack/echo/v4"\n' for n in range(3)}, "Echo, 3 files"),
        ({"go.mod": "module x\n\nrequire github.com/labstack/echo/v4 v4.1.0\n"}, "Echo"),
        ({"build.gradle": 'implementation "io.ktor:ktor-server-core:2.3.0"\n'}, "Ktor"),
        (
            {"deno.json": '{"imports": {"oak": "jsr:@oak/oak@16"}}\n', "a.ts": 'import "oak"\n'},
            "Oak, 1 file",
        ),
        (
            {
                "package.json": '{"dependencies": {"next": "15"}}',
                "app/users/route.ts": "",
                "app/route.ts": "",
            },
            "Next.js, 2 files",
        ),
        (
            {
                "a.py": "import grpc\nserver = grpc.server(pool)\n",
                "b.js": "require('@grpc/grpc-js')\ns.addService(x)\n",
            },
            "gRPC, 2 files",
        ),
    ],
)
def test_technologies_are_counted(tmp_path: Path, files: dict[str, str], title: str) -> None:
    assert title in {gap.title for gap in survey(made(tmp_path, files)).unread}


@pytest.mark.parametrize(
    "files",
    [
        {**READ, "client.py": "import grpc\nchannel = grpc.insecure_channel('x')\n"},
        {**READ, "app/route.ts": "export const route = 1\n"},
        {**READ, "requirements.txt": "fastapi\nsqlalchemy\ntornado\ngrpcio\n"},
        {**READ, "dev/package.json": '{"devDependencies": {"restify": "1"}}'},
        {**READ, "types.ts": "import type { Request } from 'express'\n"},
        {**READ, "web/next.config.js": "module.exports = {}\n", "web/app/page.tsx": "export {}\n"},
        {**READ, "docs/package.json": '{"dependencies": {"astro": "5"}}'},
    ],
)  # fmt: skip
def test_clients_and_what_only_looks_alike_are_not_named(
    tmp_path: Path, files: dict[str, str]
) -> None:
    assert survey(made(tmp_path, files)).unread == []


def test_the_table_of_technologies_is_well_formed() -> None:
    for key, technology in ecosystems.by_name().items():
        shown_by = technology.marks, technology.packages, technology.files, technology.words
        assert any(shown_by), key
        assert technology.gives.replace(" and ", " ").split()[0] in {
            "endpoints", "tables", "jobs", "contracts",
        }  # fmt: skip
        re.compile(technology.files)
    for ecosystem in ecosystems.ECOSYSTEMS:
        names = [technology.name for technology in ecosystem.technologies]
        assert len(set(names)) == len(names), f"a technology of {ecosystem.name} is listed twice"
    assert of_dependency.__doc__
    assert all(suffix.startswith(".") for suffix in LANGUAGES)

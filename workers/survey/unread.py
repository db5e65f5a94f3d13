"""What no reader knows: source in other languages, frameworks in use that gave nothing.

Where there is any, a map without endpoints or tables says nothing of the repository: whoever shows
one says so, and what is measured by it is null.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from workers.survey.found import NotUnderstood, Unread
from workers.survey.syntax import language_of, suffix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.survey.found import Dependency, Survey

# Languages that backends are written in, by suffix, but those whose tables a reader knows: to ask
# the readers themselves would import them all.
_LANGUAGES = {
    suffix: name
    for name, suffixes in {
        "C": "c",
        "C#": "cs",
        "C++": "cc cpp cxx",
        "Clojure": "clj cljc",
        "Crystal": "cr",
        "Dart": "dart",
        "Elixir": "ex exs",
        "Erlang": "erl",
        "F#": "fs",
        "Go": "go",
        "GraphQL": "graphql graphqls gql",
        "Groovy": "groovy",
        "Haskell": "hs",
        "Java": "java",
        "Julia": "jl",
        "Kotlin": "kt kts",
        "Lua": "lua",
        "Nim": "nim",
        "OCaml": "ml",
        "Objective-C": "m",
        "PHP": "php",
        "Perl": "pl pm",
        "Protocol Buffers": "proto",
        "R": "r",
        "Ruby": "rb",
        "Rust": "rs",
        "Scala": "scala",
        "Swift": "swift",
        "Thrift": "thrift",
        "Visual Basic": "vb",
        "Zig": "zig",
    }.items()
    for suffix in suffixes.split()
}
# Package -> the framework: what serves endpoints, then what declares tables.
_SERVERS = {
    "aiohttp": "aiohttp",
    "apollo-server": "Apollo Server",
    "@apollo/server": "Apollo Server",
    "ariadne": "Ariadne",
    "bottle": "Bottle",
    "cherrypy": "CherryPy",
    "connexion": "Connexion",
    "elysia": "Elysia",
    "falcon": "Falcon",
    "@feathersjs/feathers": "Feathers",
    "graphene": "Graphene",
    "graphene-django": "Graphene",
    "graphql-yoga": "GraphQL Yoga",
    "grpcio": "gRPC",
    "@grpc/grpc-js": "gRPC",
    "@hapi/hapi": "hapi",
    "@loopback/core": "LoopBack",
    "moleculer": "Moleculer",
    "next": "Next.js",
    "nuxt": "Nuxt",
    "polka": "Polka",
    "pyramid": "Pyramid",
    "quart": "Quart",
    "restify": "Restify",
    "sails": "Sails",
    "sanic": "Sanic",
    "strawberry-graphql": "Strawberry",
    "@sveltejs/kit": "SvelteKit",
    "tornado": "Tornado",
    "@trpc/server": "tRPC",
    "type-graphql": "TypeGraphQL",
    "@adonisjs/core": "AdonisJS",
    "django": "Django",
    "express": "Express",
    "fastapi": "FastAPI",
    "fastify": "Fastify",
    "flask": "Flask",
    "hono": "Hono",
    "koa": "Koa",
    "litestar": "Litestar",
    "@nestjs/core": "NestJS",
    "starlette": "Starlette",
}
_STORES = {
    "@mikro-orm/core": "MikroORM",
    "beanie": "Beanie",
    "bookshelf": "Bookshelf",
    "kysely": "Kysely",
    "mongoengine": "MongoEngine",
    "mongoose": "Mongoose",
    "objection": "Objection",
    "odmantic": "ODMantic",
    "peewee": "Peewee",
    "pony": "Pony",
    "tortoise-orm": "Tortoise",
    "waterline": "Waterline",
    "@prisma/client": "Prisma",
    "drizzle-orm": "Drizzle",
    "knex": "Knex",
    "sequelize": "Sequelize",
    "sqlalchemy": "SQLAlchemy",
    "sqlmodel": "SQLModel",
    "typeorm": "TypeORM",
}


def languages_without_reader(files: Iterable[str]) -> list[Unread]:
    """Return the languages of source files that no reader knows, with how many there are."""
    counted: Counter[str] = Counter()
    first: dict[str, str] = {}
    for file in files:
        name = _LANGUAGES.get(suffix(file).removeprefix("."))
        if name and language_of(file) is None:
            counted[name] += 1
            first.setdefault(name, file)
    why = "no reader knows this language"
    rows = sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    return [Unread("language", name, count, first[name], why) for name, count in rows]


def frameworks_that_gave_nothing(survey: Survey) -> list[Unread]:
    """Return the frameworks among the packages where no endpoint, or no table, came of any."""
    unread: list[Unread] = []
    for known, what, rows in (
        (_SERVERS, "endpoint", survey.endpoints),
        (_STORES, "table", survey.tables),
    ):
        if not rows:
            unread += _in_use(survey.dependencies, known, f"no {what} of it was understood")
    return unread


def as_row(gap: Unread) -> NotUnderstood:
    """Return what is told of it beside the files that were not understood."""
    files = f", {gap.files:,} files" if gap.kind == "language" else ""
    return NotUnderstood(gap.file, 1, f"{gap.name}{files}: {gap.reason}")


def _in_use(dependencies: Iterable[Dependency], known: dict[str, str], why: str) -> list[Unread]:
    used: dict[str, str] = {}
    for dependency in dependencies:
        name = known.get(dependency.name.lower()) if dependency.kind == "package" else None
        if name:
            used.setdefault(name, dependency.file)
    return [Unread("framework", name, 1, file, why) for name, file in sorted(used.items())]

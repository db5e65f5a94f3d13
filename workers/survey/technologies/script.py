"""What serves, stores and schedules in JavaScript and TypeScript; marks are what is imported."""

from __future__ import annotations

from workers.survey.technologies.technology import Technology

TECHNOLOGIES = (
    # With a reader.
    Technology(
        "Express", "endpoints", "express express-promise-router", "express",
        "express() express.Router( Router(",
        # What another library puts into such an application is its.
        readers="express trpc routing-controllers tsoa inversify-express-utils tsed feathers",
    ),
    Technology("Fastify", "endpoints", "fastify", "fastify", "astify(", readers="fastify trpc"),
    Technology(
        "Hono", "endpoints", "hono @hono/zod-openapi", "hono", "Hono( Hono<", readers="hono trpc"
    ),
    Technology(
        "Koa", "endpoints", "koa @koa/router koa-router", "koa", "Koa( outer(",
        readers="koa routing-controllers tsoa feathers",
    ),
    Technology(
        "NestJS", "endpoints", "@nestjs/common", "@nestjs/core", "@Controller(", readers="nestjs"
    ),
    Technology("Polka", "endpoints", "polka", "polka", "polka(", readers="express"),
    Technology("tinyhttp", "endpoints", "@tinyhttp/app", "@tinyhttp/app", readers="express"),
    Technology(
        "Cloudflare Pages", "endpoints", files=r"(?:^|/)functions/(?:.+/)?_middleware\.[jt]s$",
        readers="cloudflare-pages", by_place=True,
    ),
    Technology(
        "Vercel Functions", "endpoints", "@vercel/node", "@vercel/node",
        likely=r"(?:^|/)api/[^_].*\.[jt]s$", readers="vercel", by_place=True,
    ),
    Technology(
        "Drizzle", "tables", "drizzle-orm", "drizzle-orm", "pgTable( mysqlTable( sqliteTable(",
        readers="drizzle",
    ),
    Technology("Knex", "tables", "knex", "knex", "createTable(", readers="knex migration"),
    Technology(
        "MikroORM", "tables", "@mikro-orm", "@mikro-orm/core", "@Entity( defineEntity(",
        readers="mikro-orm migration",
    ),
    Technology("Prisma", "tables", "@prisma/client", "@prisma/client", readers="prisma sql"),
    Technology(
        "Sequelize", "tables", "sequelize sequelize-typescript", "sequelize", "DataTypes @Table",
        readers="sequelize migration",
    ),
    Technology("TypeORM", "tables", "typeorm", "typeorm", "@Entity(", readers="typeorm migration"),
    # Without one.
    Technology(
        "AdonisJS", "endpoints", "@adonisjs @ioc:Adonis", "@adonisjs/core",
        files=r"(?:^|/)\.?adonisrc\.(?:json|ts)$", readers="adonisjs",
    ),
    Technology("Lucid", "tables", "@adonisjs/lucid @ioc:Adonis/Lucid", "@adonisjs/lucid"),
    Technology(
        "Apollo Server", "endpoints",
        "@apollo/server apollo-server apollo-server-express apollo-server-koa"
        " apollo-server-fastify apollo-server-lambda apollo-server-micro",
        "@apollo/server apollo-server apollo-server-express apollo-server-koa",
    ),
    Technology(
        "Astro", "endpoints", "astro", "astro", files=r"\.astro$|(?:^|/)astro\.config\.[cm]?[jt]s$",
        likely=r"(?:^|/)src/pages/.+\.[cm]?[jt]s$",
        readers="astro", by_place=True,
    ),
    Technology("Bun.serve", "endpoints", words="Bun.serve("),
    Technology("Deno.serve", "endpoints", words="Deno.serve("),
    Technology("Elysia", "endpoints", "elysia", "elysia", readers="elysia"),
    Technology(
        "Feathers", "endpoints", "@feathersjs", "@feathersjs/feathers @feathersjs/express",
        readers="feathers",
    ),
    Technology(
        "Fresh", "endpoints", "$fresh @fresh/core fresh", files=r"(?:^|/)fresh\.(?:gen|config)\.ts$"
    ),
    Technology(
        "GraphQL of NestJS", "endpoints", "@nestjs/graphql", "@nestjs/graphql"
    ),
    Technology(
        "graphql-http", "endpoints", "express-graphql graphql-http koa-graphql",
        "express-graphql graphql-http koa-graphql",
    ),
    Technology("GraphQL Yoga", "endpoints", "graphql-yoga", "graphql-yoga"),
    Technology(
        "gRPC", "endpoints", "@grpc/grpc-js grpc", uses="addService(", clients="@grpc/grpc-js"
    ),
    Technology("hapi", "endpoints", "@hapi/hapi hapi", "@hapi/hapi hapi", readers="hapi"),
    Technology("itty-router", "endpoints", "itty-router", "itty-router", readers="itty-router"),
    Technology("h3", "endpoints", "h3", "h3", "createRouter( createApp( new H3", readers="h3"),
    Technology("KeystoneJS", "endpoints and tables", "@keystone-6/core", "@keystone-6/core"),
    Technology(
        "Inversify", "endpoints", "inversify-express-utils", "inversify-express-utils",
        readers="inversify-express-utils",
    ),
    Technology(
        "LoopBack", "endpoints", "@loopback", "@loopback/core @loopback/rest", readers="loopback"
    ),
    Technology(
        "repositories of LoopBack", "tables", "@loopback/repository", "@loopback/repository"
    ),
    Technology(
        "Medusa", "endpoints", "@medusajs", "@medusajs/medusa @medusajs/framework",
        files=r"(?:^|/)medusa-config\.[jt]s$", likely=r"(?:^|/)api/(?:.+/)?route\.[cm]?[jt]s$",
        readers="medusa", by_place=True,
    ),
    Technology(
        "models of Medusa", "tables", "@medusajs/framework/utils @medusajs/utils",
        uses="model.define(",
    ),
    Technology("Mercurius", "endpoints", "mercurius", "mercurius"),
    Technology("Middy", "endpoints", "@middy/core", "@middy/core"),
    Technology("Moleculer", "endpoints", "moleculer", "moleculer"),
    Technology(
        "Next.js", "endpoints", "next", "next", files=r"(?:^|/)next\.config\.[cm]?[jt]s$",
        likely=r"(?:^|/)pages/api/.+\.[jt]sx?$|(?:^|/)app/(?:.+/)?route\.[jt]sx?$",
        readers="nextjs", by_place=True,
    ),
    Technology(
        "Nitro", "endpoints", "nitropack nitro", "nitropack nitro",
        files=r"(?:^|/)nitro\.config\.[cm]?[jt]s$", words="defineEventHandler( eventHandler(",
        likely=r"(?:^|/)(?:server/)?(?:api|routes)/.+\.[cm]?[jt]s$",
        readers="nitro nuxt",
    ),
    Technology(
        "node http", "endpoints", "http https node:http node:https",
        uses="createServer(( createServer(async createServer(function createServer(req",
    ),
    Technology(
        "Nuxt", "endpoints", "nuxt #imports", "nuxt nuxt3",
        files=r"(?:^|/)nuxt\.config\.[cm]?[jt]s$",
        likely=r"(?:^|/)server/(?:api|routes)/.+\.[cm]?[jt]s$",
        readers="nuxt nitro", by_place=True,
    ),
    Technology(
        "Oak", "endpoints", "oak @oak/oak @oakserver/oak https://deno.land/x/oak", "@oakserver/oak",
        readers="oak",
    ),
    Technology(
        "Payload", "endpoints and tables", "payload", "payload"
    ),
    Technology("Pothos", "endpoints", "@pothos/core", "@pothos/core"),
    Technology(
        "Remix", "endpoints",
        "@remix-run/node @remix-run/server-runtime @remix-run/cloudflare @remix-run/express"
        " @react-router/node @react-router/dev",
        "@remix-run/node @remix-run/react @remix-run/server-runtime @react-router/node",
        files=r"(?:^|/)remix\.config\.[cm]?js$", likely=r"(?:^|/)app/routes/.+\.[jt]sx?$",
        readers="remix", by_place=True,
    ),
    Technology("Restify", "endpoints", "restify", "restify", readers="restify"),
    Technology(
        "Sails", "endpoints and tables", "sails", "sails", files=r"(?:^|/)\.sailsrc$",
        likely=r"(?:^|/)config/routes\.js$",
    ),
    Technology("Socket.IO", "endpoints", "socket.io", "socket.io"),
    Technology(
        "Strapi", "endpoints and tables", "@strapi", "@strapi/strapi strapi",
        readers="strapi",
    ),
    Technology(
        "SvelteKit", "endpoints", "@sveltejs/kit", "@sveltejs/kit",
        files=r"(?:^|/)\+(?:server|page\.server|layout\.server)\.[jt]s$",
        likely=r"(?:^|/)\+server\.[jt]s$", readers="sveltekit", by_place=True,
    ),
    Technology(
        "TanStack Start", "endpoints",
        "@tanstack/react-start @tanstack/start @tanstack/solid-start",
        "@tanstack/react-start @tanstack/start @tanstack/solid-start",
    ),
    Technology("tRPC", "endpoints", "@trpc/server", "@trpc/server", readers="trpc"),
    Technology("ts-rest", "endpoints", "@ts-rest/core", "@ts-rest/core"),
    Technology("TypeGraphQL", "endpoints", "type-graphql", "type-graphql"),
    Technology(
        "routing-controllers", "endpoints", "routing-controllers", "routing-controllers",
        readers="routing-controllers",
    ),
    Technology("Ts.ED", "endpoints", "@tsed", "@tsed/common @tsed/platform-http", readers="tsed"),
    Technology("tsoa", "endpoints", "tsoa @tsoa/runtime", "tsoa @tsoa/runtime", readers="tsoa"),
    Technology(
        "uWebSockets.js", "endpoints", "uWebSockets.js", "uWebSockets.js", readers="uwebsockets"
    ),
    Technology(
        "find-my-way", "endpoints", "find-my-way", "find-my-way", readers="find-my-way"
    ),
    Technology("ws", "endpoints", "ws", uses="WebSocketServer( WebSocket.Server("),
    Technology("Bookshelf", "tables", "bookshelf", "bookshelf"),
    Technology(
        "Kysely", "tables", "kysely", "kysely", uses="createTable(", readers="migration"
    ),
    Technology(
        "Mongoose", "tables", "mongoose @nestjs/mongoose", "mongoose", readers="mongoose"
    ),
    Technology("Objection", "tables", "objection", "objection"),
    Technology("Typegoose", "tables", "@typegoose/typegoose", "@typegoose/typegoose"),
    Technology("Waterline", "tables", "waterline", "waterline"),
    Technology("Agenda", "jobs and topics", "agenda", "agenda", readers="agenda"),
    Technology(
        "Bull", "jobs and topics", "bull @nestjs/bull", "bull @nestjs/bull", readers="bull bullmq"
    ),
    Technology(
        "BullMQ", "jobs and topics", "bullmq @nestjs/bullmq", "bullmq @nestjs/bullmq",
        readers="bullmq bull",
    ),
    Technology("Inngest", "jobs and topics", "inngest", "inngest"),
    Technology(
        "Kafka", "jobs and topics", "kafkajs kafka-node", "kafkajs kafka-node", readers="kafkajs"
    ),
    Technology(
        "microservices of NestJS", "jobs and topics", "@nestjs/microservices",
        readers="nest-microservices",
    ),
    Technology(
        "node-cron", "jobs and topics", "node-cron cron node-schedule croner",
        "node-cron cron node-schedule croner", readers="node-cron",
    ),
    Technology(
        "RabbitMQ", "jobs and topics", "amqplib amqp-connection-manager", "amqplib",
        readers="amqplib",
    ),
    Technology(
        "schedules of NestJS", "jobs and topics", "@nestjs/schedule", "@nestjs/schedule",
        readers="nest-schedule",
    ),
    Technology("Temporal", "jobs and topics", "@temporalio", "@temporalio/worker"),
)  # fmt: skip

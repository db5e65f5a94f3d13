import Fastify from "fastify";
import cors from "@fastify/cors";
import jwt from "@fastify/jwt";
import { admin } from "./admin";
import { checks } from "./checks";

const fastify = Fastify();

fastify.register(cors);
fastify.register(jwt, { secret: "s" });
fastify.register(checks);
fastify.get("/health", async () => "ok");
fastify.post("/login", async () => ({ token: "" }));
fastify.get("/me", { onRequest: [fastify.authenticate] }, async () => ({}));
fastify.get("/mine", { preHandler: fastify.authenticate }, async () => ({}));
fastify.route({
  method: "DELETE",
  url: "/things/:id",
  preHandler: [fastify.authorize("admin")],
  handler: async () => ({}),
});
fastify.get("/documented", { schema: { security: [{ bearer: [] }] } }, async () => ({}));
fastify.get("/logged", { onRequest: async (request) => request.log.info("x") }, async () => ({}));
fastify.register(admin, { prefix: "/admin" });

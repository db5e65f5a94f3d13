import fp from "fastify-plugin";
import { FastifyInstance } from "fastify";

async function users(fastify: FastifyInstance) {
  fastify.route({
    method: ["GET", "HEAD"],
    url: "/:id",
    preHandler: [fastify.authenticate],
    schema: { response: { 200: { $ref: "User#" } } },
    handler: one,
  });
  fastify.post("/", { onRequest: fastify.authenticate }, async () => ({}));
}
export default fp(users);

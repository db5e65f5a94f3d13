export async function admin(fastify) {
  fastify.get("/before", async () => ({}));
  fastify.addHook("onRequest", async (request, reply) => {
    if (!request.session.user) {
      return reply.code(401).send({});
    }
  });
  fastify.get("/stats", async () => ({}));
}

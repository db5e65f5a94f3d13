import fp from "fastify-plugin";

export const checks = fp(async (fastify) => {
  fastify.decorate("authenticate", async (request, reply) => {
    try {
      await request.jwtVerify();
    } catch (error) {
      reply.send(error);
    }
  });
  fastify.decorate("authorize", (role) => async (request, reply) => {
    if (!request.user || request.user.role !== role) {
      return reply.code(403).send();
    }
  });
});

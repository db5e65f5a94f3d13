export default async function (fastify, opts) {
  fastify.delete("/:orderId", async () => {});
}

const plugin = async (fastify) => {
  fastify.get("/", async () => []);
};
export default plugin;

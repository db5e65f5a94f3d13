module.exports = async function (fastify) {
  fastify.get('/people', async () => [])
}

const path = require('node:path')
const fastify = require('fastify')({ logger: true })
const autoload = require('@fastify/autoload')

fastify.register(autoload, {
  dir: path.join(__dirname, 'routes'),
  dirNameRoutePrefix: false,
  options: { prefix: '/api' }
})
fastify.addHttpMethod('QUERY', { hasBody: true })
fastify.query('/reports', async () => [])
fastify.route({ method: 'QUERY', url: '/rows', handler: rows })
fastify.route({ method: ['GET', 'SEARCH'], url: '/both', handler: rows })
fastify.listen({ port: 80 })

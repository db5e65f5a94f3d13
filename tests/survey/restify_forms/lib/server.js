const restify = require('restify');
const corsMiddleware = require('restify-cors-middleware');
const { Router } = require('restify-router');
const users = require('./routes/users');
const orders = require('./routes/orders');

const server = restify.createServer({ name: 'shop', version: '1.0.0' });
const BASE = '/api';

server.pre(corsMiddleware().preflight);
server.use(restify.plugins.queryParser());
server.use(restify.plugins.bodyParser());

server.get('/', (req, res, next) => {
  res.send('ok');
  next();
});
server.get('/echo/:name', respond);
server.head('/echo/:name', respond);
server.post({ path: '/items', version: '1.1.3' }, respond);
server.put({ name: 'item', path: `${BASE}/items/:id` }, respond, respond);
server.patch('/items/:id', [respond, respond]);
server.del('/items/:id', respond);
server.opts('/items', respond);
server.get('/files/*', restify.plugins.serveStatic({ directory: './public' }));
server.get(
  '/versions',
  restify.plugins.conditionalHandler([{ version: '1.0.0', handler: respond }])
);
for (const name of ['cats', 'dogs']) {
  server.get(`/pets/${name}`, respond);
}

users(server);
orders.applyRoutes(server, '/orders');

const admin = new Router();
admin.get('/stats', respond);
admin.add('/reports', require('./routes/reports'));
admin.group('/inner', (router) => {
  router.del('/cache', respond);
});
admin.applyRoutes(server, '/admin');

function respond(req, res, next) {
  res.send(req.params.name);
  next();
}

server.listen(8080);

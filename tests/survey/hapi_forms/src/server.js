'use strict';

const Hapi = require('@hapi/hapi');
const Inert = require('@hapi/inert');
const orders = require('./routes/orders');
const health = require('./routes/health');
const adminPlugin = require('./plugins/admin');
const { usersPlugin } = require('./plugins/users');

const API = '/api/v1';

const init = async () => {
    const server = Hapi.server({ port: 3000, host: 'localhost' });

    await server.register(Inert);
    await server.register([
        { plugin: adminPlugin, options: {}, routes: { prefix: '/admin' } },
        { plugin: require('./plugins/reports'), routes: { prefix: API } },
    ]);
    await server.register(usersPlugin, { routes: { prefix: `${API}/users` } });

    server.route({
        method: 'GET',
        path: '/',
        handler: (request, h) => 'Hello',
    });
    server.route([
        { method: 'GET', path: '/items/{id?}', handler: (request) => request.params.id },
        {
            method: ['PUT', 'PATCH'],
            path: '/items/{id}',
            options: { handler: async (request) => request.payload, tags: ['api'] },
        },
        { method: 'delete', path: '/items/{id}', handler: removeItem },
    ]);
    server.route({ method: '*', path: '/proxy/{rest*}', handler: () => null });
    server.route({ method: 'GET', path: '/files/{folder*2}', handler: { directory: { path: '.' } } });
    server.route({ method: 'GET', path: `${API}/{lang}/{file}.pdf`, handler: () => '' });
    server.route(orders);
    server.route(health.routes);

    await server.start();
    return server;
};

function removeItem(request, h) {
    return h.response().code(204);
}

init();

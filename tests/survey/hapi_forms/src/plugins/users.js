const routesOf = (server) => [
    { method: 'GET', path: '/{id}', handler: () => server.app.name },
];

const usersPlugin = {
    name: 'users',
    register(server) {
        server.route(routesOf(server));
        server.register({ name: 'inner', register: (inner) => inner.route({
            method: 'POST', path: '/import', handler: () => null }) }, { routes: { prefix: '/bulk' } });
    },
};
module.exports = { usersPlugin };

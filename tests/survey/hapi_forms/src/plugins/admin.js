exports.plugin = {
    name: 'admin',
    version: '1.0.0',
    register: async function (server, options) {
        server.route({ method: 'GET', path: '/', handler: () => 'admin' });
        server.route({ method: 'GET', path: '/audit', handler: () => [] });
        server.ext('onPreStart', () => {});
    },
};

exports.plugin = {
    name: 'unseen',
    register: async (server) => {
        server.route({ method: 'GET', path: '/unseen', handler: () => 1 });
    },
};

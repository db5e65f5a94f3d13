const register = (server) => {
    ['daily', 'weekly'].forEach((name) => {
        server.route({ method: 'GET', path: `/reports/${name}`, handler: () => name });
    });
};

module.exports = { name: 'reports', register };

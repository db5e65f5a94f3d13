const live = {
    method: 'GET', path: '/health/live', handler: () => 'ok',
};
exports.routes = [live, { method: 'GET', path: '/health/ready', handler: () => 'ok' }];

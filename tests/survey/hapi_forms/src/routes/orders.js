const controller = require('../controllers/orders');

module.exports = [
    {
        method: 'GET',
        path: '/orders',
        config: { handler: controller.list, auth: 'jwt' },
    },
    {
        method: 'POST',
        path: '/orders',
        handler: controller.create,
        options: { validate: { payload: {} } },
    },
];

module.exports = {
    method: 'post',
    path: '/login',
    options: {
        auth: false,
        handler: async (request, h) => h.response({}),
    },
};

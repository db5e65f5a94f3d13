const axios = require('axios');

exports.load = (path) => axios.request({ method: 'GET', path: '/remote', url: path });
exports.options = { method: 'GET', path: '/not-a-route', headers: {} };

const Router = require('restify-router').Router;
const reports = new Router();

reports.get('/daily', (req, res, next) => next());
module.exports = reports;

const { Messages } = require('./messages.class');
const createService = require('feathers-nedb');

module.exports = function (app) {
  app.use('/messages', new Messages({}, app));
  app.use('/archive', createService({ Model: {} }));
  app.service('messages');
};

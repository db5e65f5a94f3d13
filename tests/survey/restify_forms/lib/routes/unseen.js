function register(server) {
  server.get('/unseen/:id', (req, res, next) => next());
}
module.exports.register = register;

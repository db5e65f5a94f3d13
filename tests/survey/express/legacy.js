module.exports = function (server) {
  server.patch("/legacy", handler);
};

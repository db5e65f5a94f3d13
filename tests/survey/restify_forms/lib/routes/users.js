module.exports = (server) => {
  server.get('/users/:id', async (req, res) => res.send({}));
  server.post('/users', async (req, res) => res.send(201));
};

function mountAdmin(app) {
  app.put("/admin/:key", (req, res) => res.end());
}
module.exports = { mountAdmin };

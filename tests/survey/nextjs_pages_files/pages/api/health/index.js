const health = (req, res) => res.send("ok");
export { health as default };

export default (req, res) => {
  if (req.method === "POST") {
    return res.json({ made: true });
  }
  res.json([]);
};

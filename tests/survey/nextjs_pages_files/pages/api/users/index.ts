async function handler(req, res) {
  switch (req.method) {
    case "GET":
      return res.json([]);
    case "POST":
      return res.status(201).end();
    default:
      res.setHeader("Allow", ["GET", "POST"]);
      res.status(405).end("Not Allowed");
  }
}

export default withSession(handler);

const handler = async (req, res) => {
  if (req.method === "PUT") {
    return res.json({});
  } else if (req.method === "DELETE") {
    return res.status(204).end();
  }
  return res.status(405).end();
};

export default handler;

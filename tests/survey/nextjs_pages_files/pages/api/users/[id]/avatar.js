export default async function (req, res) {
  if (req.method !== "POST") {
    res.status(405).end();
    return;
  }
  res.end();
}

export const config = { api: { bodyParser: false } };

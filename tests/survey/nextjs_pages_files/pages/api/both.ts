export default function both(req, res) {
  const { method } = req;
  if (!["GET", "POST"].includes(method)) {
    throw new HttpError(405, "no");
  }
  res.end();
}

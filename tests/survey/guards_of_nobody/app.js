const express = require("express");
const app = express();
const csrf = (req, res, next) => {
  if (req.method === "GET") return next();
  if (req.headers["x-csrf-token"] !== req.session.csrf) return res.status(403).end();
  next();
};
const maintenance = (req, res, next) => {
  if (process.env.DOWN) return res.status(403).send("down");
  next();
};
const ipOnly = (req, res, next) => {
  if (!allowed.includes(req.ip)) return res.status(403).end();
  next();
};
const hmac = (req, res, next) => {
  if (req.get("X-Signature") !== sign(req.rawBody)) return res.sendStatus(401);
  next();
};
const limit = (req, res, next) => { if (tooMany(req.ip)) return res.status(429).end(); next(); };
const notFoundOr = (req, res, next) => { if (!req.params.id) return res.status(404).end(); next(); };
const origin = (req, res, next) => { if (req.headers.origin !== "https://x") return res.status(403).end(); next(); };
const agree = (req, res, next) => { if (!req.body.agree) return res.status(403).end(); next(); };
app.post("/a", csrf, (q, s) => s.json({}));
app.get("/b", maintenance, (q, s) => s.json({}));
app.get("/c", ipOnly, (q, s) => s.json({}));
app.post("/d", hmac, (q, s) => s.json({}));
app.get("/e", limit, (q, s) => s.json({}));
app.get("/f/:id", notFoundOr, (q, s) => s.json({}));
app.get("/g", origin, (q, s) => s.json({}));
app.post("/h", agree, (q, s) => s.json({}));

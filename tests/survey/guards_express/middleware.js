const jwt = require("jsonwebtoken");
const { AuthError } = require("./errors");

function authenticate(req, res, next) {
  const header = req.headers.authorization;
  if (!header) {
    return res.status(401).json({ error: "no token" });
  }
  jwt.verify(header.split(" ")[1], "key", (error, user) => {
    if (error) return res.sendStatus(403);
    req.user = user;
    next();
  });
}

// Whoever brings a token is known; nobody has to.
function attachUser(req, res, next) {
  const header = req.headers.authorization;
  if (!header) return next();
  try {
    req.user = jwt.verify(header, "key");
    next();
  } catch (error) {
    res.status(401).end();
  }
}

const requireRole = (role) => (req, res, next) => {
  if (req.user && req.user.role === role) return next();
  next(new AuthError("no"));
};

const validate = (req, res, next) => {
  if (!req.body.name) return res.status(422).json({});
  next();
};

module.exports = { authenticate, attachUser, requireRole, validate };

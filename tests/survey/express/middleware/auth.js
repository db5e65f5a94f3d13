module.exports = (right) => (req, res, next) => {
  if (!req.user || !req.user.rights.includes(right)) return res.status(403).end();
  next();
};

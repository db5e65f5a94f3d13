module.exports = (right) => (req, res, next) => next();

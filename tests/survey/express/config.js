module.exports = { api: { prefix: process.env.PREFIX || "/api" } };

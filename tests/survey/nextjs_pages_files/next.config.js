module.exports = { pageExtensions: ["tsx", "ts", "js"] };

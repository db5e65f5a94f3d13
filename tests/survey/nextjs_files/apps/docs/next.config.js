const prefix = "/docs";

/** @type {import("next").NextConfig} */
const nextConfig = { basePath: prefix };

module.exports = nextConfig;

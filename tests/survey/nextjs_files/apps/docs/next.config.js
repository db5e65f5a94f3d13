const prefix = "/docs";

/** @type {import("next").NextConfig} */
const nextConfig = {
  async rewrites() {
    return [{ source: "/a", destination: "/b", basePath: false }];
  },
  basePath: prefix,
};

module.exports = nextConfig;

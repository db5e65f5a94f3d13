export default defineNitroConfig({ srcDir: "./src", baseURL: "/v1" });

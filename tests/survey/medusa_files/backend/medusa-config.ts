import { defineConfig } from "@medusajs/framework/utils";

module.exports = defineConfig({});

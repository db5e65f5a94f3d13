export default defineNuxtConfig({
  modules: ["@nuxt/ui"],
  app: { baseURL: "/site/" },
});

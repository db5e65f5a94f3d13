export default defineEventHandler((event) => getRouterParam(event, "id"));

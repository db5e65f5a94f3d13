export default defineEventHandler(async (event) => {
  return getQuery(event);
});

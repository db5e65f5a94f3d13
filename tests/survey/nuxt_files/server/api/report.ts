export default defineEventHandler(async (event) => {
  assertMethod(event, ["GET", "POST"]);
  return {};
});

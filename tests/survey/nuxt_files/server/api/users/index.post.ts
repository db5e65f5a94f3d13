export default eventHandler(async (event) => {
  return readBody(event);
});

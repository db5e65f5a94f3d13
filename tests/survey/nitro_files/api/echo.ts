export default eventHandler(async (event) => {
  switch (event.method) {
    case "POST":
      return readBody(event);
    default:
      throw createError({ statusCode: 405 });
  }
});

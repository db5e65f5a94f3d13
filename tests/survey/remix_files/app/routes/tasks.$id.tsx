export const action = async ({ request }) => {
  if (request.method === "DELETE") {
    return remove();
  }
  return update();
};

export async function loader() {
  return null;
}

export async function action({ request }) {
  if (request.method !== "PATCH") {
    throw data("not allowed", { status: 405 });
  }
}

export async function loader() {
  return null;
}

export async function action({ request }: ActionFunctionArgs) {
  switch (request.method) {
    case "PUT":
      return update();
    case "DELETE":
      return remove();
    default:
      throw new Response(null, { status: 405 });
  }
}

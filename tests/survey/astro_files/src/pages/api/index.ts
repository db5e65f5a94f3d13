export const ALL = ({ request }) => new Response(request.method);

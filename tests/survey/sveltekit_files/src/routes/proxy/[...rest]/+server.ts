export const fallback = async ({ request }) => fetch(request);

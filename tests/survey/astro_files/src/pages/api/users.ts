import type { APIRoute } from "astro";

export const GET: APIRoute = async () => new Response("[]");

export const POST: APIRoute = async ({ request }) => {
  return new Response(null, { status: 201 });
};

import { json } from "@sveltejs/kit";
import type { RequestHandler } from "./$types";

export const GET: RequestHandler = async () => json([]);

export const POST: RequestHandler = async ({ request }) => {
  return json(await request.json());
};

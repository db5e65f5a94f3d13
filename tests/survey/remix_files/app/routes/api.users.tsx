import { json } from "@remix-run/node";

export const loader = async () => json([]);

export const action = async ({ request }) => {
  return json(await request.formData());
};

import { fail } from "@sveltejs/kit";

export const load = async () => ({});

export const actions = {
  default: async ({ request }) => fail(400),
};

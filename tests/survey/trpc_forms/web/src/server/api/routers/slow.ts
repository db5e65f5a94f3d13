import { createTRPCRouter, publicProcedure } from "../trpc";

export const slowRouter = createTRPCRouter({
  hello: publicProcedure.query(() => "world"),
});

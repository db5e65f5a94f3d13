import { z } from "zod";
import { createTRPCRouter, protectedProcedure, publicProcedure } from "~/server/api/trpc";
import { removeProcedure } from "./remove";

export const postRouter = createTRPCRouter({
  hello: publicProcedure
    .input(z.object({ text: z.string() }))
    .query(({ input }) => ({ greeting: `Hello ${input.text}` })),

  create: protectedProcedure
    .input(z.object({ name: z.string().min(1) }))
    .mutation(async ({ ctx, input }) => input.name),

  onCreate: protectedProcedure.subscription(async function* () {}),
  remove: removeProcedure,
  comments: createTRPCRouter({
    list: publicProcedure.query(() => []),
  }),
  tags: {
    all: publicProcedure.query(() => []),
  },
});

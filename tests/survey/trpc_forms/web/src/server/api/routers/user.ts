import { createTRPCRouter, protectedProcedure } from "../trpc";

const shared = {
  me: protectedProcedure.query(({ ctx }) => ctx.session),
};

export const userRouter = createTRPCRouter({
  ...shared,
  rename: protectedProcedure.mutation(() => null),
});

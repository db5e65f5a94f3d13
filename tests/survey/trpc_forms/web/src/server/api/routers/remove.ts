import { protectedProcedure } from "~/server/api/trpc";

export const removeProcedure = protectedProcedure.mutation(async () => null);

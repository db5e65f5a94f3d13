import { initTRPC } from '@trpc/server';
const t = initTRPC.create();

const inner = t.router({ one: t.procedure.query(() => 1) });
export const appRouter = t.router({ inner, two: t.procedure.mutation(() => 2) });

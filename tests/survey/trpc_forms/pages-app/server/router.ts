import { initTRPC } from '@trpc/server';
const t = initTRPC.create();

const a = t.router({ ping: t.procedure.query(() => 'pong') });
const b = t.router({
  save: t.procedure.mutation(() => 1),
});
export const router = t.mergeRouters(a, b);

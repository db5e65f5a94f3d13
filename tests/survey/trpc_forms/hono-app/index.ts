import { Hono } from 'hono';
import { trpcServer } from '@hono/trpc-server';
import { initTRPC } from '@trpc/server';

const t = initTRPC.create();
const inner = t.router({ echo: t.procedure.query(() => 'x') });
const other = t.router({ send: t.procedure.mutation(() => 'x') });

const app = new Hono();
app.use('/rpc/*', trpcServer({ router: inner }));
app.use('/v2/trpc/*', trpcServer({ endpoint: '/v2/trpc', router: other }));
export default app;

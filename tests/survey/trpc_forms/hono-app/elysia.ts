import { Elysia } from 'elysia';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { initTRPC } from '@trpc/server';

const t = initTRPC.create();
const appRouter = t.router({ inElysia: t.procedure.query(() => 'x') });

new Elysia()
  .all('/elysia/trpc/*', async (context) => {
    const res = await fetchRequestHandler({
      endpoint: '/elysia/trpc',
      router: appRouter,
      req: context.request,
    });
    return res;
  })
  .listen(3000);

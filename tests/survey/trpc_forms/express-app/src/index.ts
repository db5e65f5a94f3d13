import express from 'express';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { z } from 'zod';

const t = initTRPC.context<{ user?: string }>().meta<{ open: boolean }>().create();
const { router, procedure } = t;

const users = router({
  byId: procedure.input(z.string()).query(({ input }) => input),
  list: procedure.query(() => []),
});
export const appRouter = router({ users });

const app = express();
app.use('/trpc', createExpressMiddleware({ router: appRouter }));
app.listen(4000);

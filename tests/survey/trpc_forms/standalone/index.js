const { createHTTPServer } = require('@trpc/server/adapters/standalone');
const { initTRPC } = require('@trpc/server');

const t = initTRPC.create();
const appRouter = t.router({
  'with-dash': t.procedure.query(() => 1),
  nested: t.router({ deep: t.router({ go: t.procedure.mutation(() => 1) }) }),
});

createHTTPServer({ router: appRouter }).listen(2022);

import fastify from 'fastify';
import { initTRPC } from '@trpc/server';
import { fastifyTRPCPlugin, FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';

const t = initTRPC.create();
const appRouter = t.router({
  greet: t.procedure.query(() => 'hi'),
});

const server = fastify();
server.register(fastifyTRPCPlugin, {
  prefix: '/fast',
  trpcOptions: { router: appRouter } satisfies FastifyTRPCPluginOptions<typeof appRouter>['trpcOptions'],
});
server.listen({ port: 3000 });

import type { Plugin, Server } from '@hapi/hapi';
export const plugin: Plugin<void> = {
  name: 'late',
  register: async function (server: Server) {
    server.route({ method: 'GET', path: '/x', handler: () => 1 });
  },
};

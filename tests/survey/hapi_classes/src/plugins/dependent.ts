import type { Server } from '@hapi/hapi';

const after = async (server: Server) => {
  server.route({ method: 'GET', path: '/after', handler: () => 1 });
};

export const dependent = {
  name: 'dependent',
  register: async (server: Server) => {
    server.dependency(['late'], after);
  },
};

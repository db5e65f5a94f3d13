import { ServerRoute } from '@hapi/hapi';
const prefix = '/one';
export default [
  { method: ['GET', 'HEAD'], path: `${prefix}/x`, handler: () => 1 },
] satisfies ServerRoute[];

import { ServerRoute } from '@hapi/hapi';
import one from './one';
const own: ServerRoute[] = [{ method: 'GET', path: '/own', handler: () => 1 }];
export default ([] as ServerRoute[]).concat(own, one);

import { AutoRouter, Router, error, json } from 'itty-router';
import { Router as Old } from 'itty-router';

const child = Router({ base: '/child' });
child.get('/:id', ({ id }) => id);

const router = AutoRouter({ base: '/v1', before: [], finally: [json] });
router
  .get('/todos', () => [])
  .post('/todos/:id?', async (request) => request.json())
  .delete('/files/:path+', () => null)
  .all('/child/*', child.fetch)
  .all('/rest/*', () => error(404));

const old = new Old();
old.patch('/old', () => null);
export default { ...router };

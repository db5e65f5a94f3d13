import { createApp, createRouter, defineEventHandler, eventHandler, useBase, H3 } from 'h3';

export const app = createApp();
const router = createRouter();
const nested = createRouter().get('/test', eventHandler(() => 'x'));

router.get('/', defineEventHandler(() => 'hi'));
router.post('/items/:id', defineEventHandler((event) => event));
router.use('/api/**', useBase('/api', nested.handler));
app.use(router);

const modern = new H3();
modern
  .get('/modern/:name', (event) => event.context.params.name)
  .on('PUT', '/modern', () => null)
  .all('/modern/all', () => null);
const inner = new H3().delete('/x', () => null);
modern.mount('/inner', inner);

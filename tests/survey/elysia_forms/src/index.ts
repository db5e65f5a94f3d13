import { Elysia, t } from 'elysia'
import { cors } from '@elysiajs/cors'
import { swagger } from '@elysiajs/swagger'
import { users } from './modules/users'
import posts from './modules/posts'
import { health } from './modules/health'
import { auth } from './modules/auth'

const VERSION = 'v2'

const app = new Elysia()
  .use(cors())
  .use(swagger({ path: '/docs' }))
  .state('version', 1)
  .get('/', () => 'Hello Elysia')
  .get('/static', 'plain text')
  .post('/sign-up', ({ body }) => body, {
    body: t.Object({ name: t.String() }),
  })
  .all('/echo', ({ request }) => request.method)
  .route('M-SEARCH', '/m-search', () => 'found')
  .ws('/chat', { message(ws, message) { ws.send(message) } })
  .get('/files/*', ({ params }) => params['*'])
  .get('/optional/:id?', ({ params: { id } }) => id)
  .use(users)
  .use(posts)
  .use([health, auth('secret')])
  .use(import('./modules/lazy'))
  .group('/v1', (app) =>
    app
      .get('/ping', () => 'pong')
      .group('/inner', { beforeHandle: () => {} }, (app) => app.delete('/:id', () => null))
      .use(health)
  )
  .group(`/${VERSION}`, (app) => app.use(users).patch('/settings', () => null))
  .guard({ headers: t.Object({}) }, (app) => app.put('/guarded/:id', ({ params }) => params.id))
  .guard({ beforeHandle: () => {} })
  .options('/late', () => '')
  .onError(({ code }) => code)
  .listen(3000)

app.head('/afterwards', () => '')

export type App = typeof app

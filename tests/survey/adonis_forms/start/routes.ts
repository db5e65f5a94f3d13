import router from '@adonisjs/core/services/router'
import { middleware } from './kernel.js'
import { throttle } from './limiter.js'
import './routes/blog.js'
import { sharedRoutes } from './routes/shared.js'

const PostsController = () => import('#controllers/posts_controller')
const UsersController = () => import('#controllers/users_controller')
const HealthController = () => import('#controllers/health_controller')

const API = '/api'

router.get('/', async () => ({ hello: 'world' }))
router.get('users/:id?', [UsersController, 'show']).as('users.show').where('id', /^[0-9]+$/)
router.post('/users', [UsersController, 'store']).use([middleware.auth(), throttle])
router.put('/users/:id', '#controllers/users_controller.update')
router.any('/echo', async ({ request }) => request.method())
router.route('/both', ['GET', 'POST'], () => 'both')
router.on('/about').render('pages/about')
router.on('/old').redirectToPath('/new')
router.on('/inertia').renderInertia('home')
router.get('/files/*', ({ params }) => params['*']).prefix('/static')

router
  .group(() => {
    router.get('/me', [UsersController, 'me'])
    router
      .group(() => {
        router.delete('/cache', () => null)
        router.get('/health', [HealthController])
      })
      .prefix('/admin')
      .prefix('v1')
    sharedRoutes()
    router.resource('posts', PostsController).apiOnly().except(['destroy'])
  })
  .prefix(API)
  .use(middleware.auth({ guards: ['api'] }))

router.resource('categories.items', PostsController).only(['index', 'edit']).params({ items: 'slug' })
router.shallowResource('orders.lines', PostsController).only(['store', 'show'])
router.resource('tags', PostsController).only(['create'])

for (const name of ['cats', 'dogs']) {
  router.get(`/pets/${name}`, () => name)
}

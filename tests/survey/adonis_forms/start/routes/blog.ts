import router from '@adonisjs/core/services/router'
const BlogController = () => import('#controllers/blog_controller')

router.group(() => {
  router.get('/', [BlogController, 'index'])
  router.patch('/:slug', [BlogController, 'update'])
}).prefix('blog').domain('example.com')

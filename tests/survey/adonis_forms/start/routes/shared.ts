import router from '@adonisjs/core/services/router'

router.get('/outside', () => 'outside')

export function sharedRoutes() {
  router.get('/shared', () => 'shared')
}

export const unseen = () => {
  router.get('/unseen', () => 'somewhere')
}

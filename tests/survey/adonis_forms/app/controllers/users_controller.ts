import type { HttpContext } from '@adonisjs/core/http'
import router from '@adonisjs/core/services/router'

export default class UsersController {
  private cache = new Map<string, string>()
  async show({ params, response }: HttpContext) {
    this.cache.get('/x')
    return response.redirect(router.builder().params([params.id]).make('users.show'))
  }
}

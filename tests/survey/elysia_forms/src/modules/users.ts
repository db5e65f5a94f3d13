import Elysia from 'elysia'
import { UserService } from '../service'

export const users = new Elysia({ prefix: '/users', name: 'users' })
  .decorate('service', new UserService())
  .model({})
  .get('/', ({ service }) => service.all())
  .get('/:id', ({ service, params: { id } }) => service.one(id))
  .derive(() => ({}))
  .onBeforeHandle(() => {})
  .patch('/:id/name', ({ service }) => service.rename(), {})

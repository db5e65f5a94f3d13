import type { Params } from '@feathersjs/feathers'
import type { ClientApplication } from '../../client'
import type { UserService } from './users.class'

export const userPath = 'users'
export const userMethods: Array<keyof UserService> = ['find', 'create', 'patch']

export const userClient = (client: ClientApplication) => {
  const connection = client.get('connection')
  client.use(userPath, connection.service(userPath), { methods: userMethods })
}

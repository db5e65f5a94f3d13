import { feathers } from '@feathersjs/feathers'
import { userClient } from './services/users/users.shared'

export const createClient = (connection: any) => {
  const client = feathers()
  client.configure(connection)
  client.configure(userClient)
  return client
}

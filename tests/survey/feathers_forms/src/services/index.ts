import { user } from './users/users'
import { note } from './notes/notes'
import type { Application } from '../declarations'

export const services = (app: Application) => {
  app.configure(user)
  app.configure(note)
}

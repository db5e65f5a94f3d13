import type { Id, NullableId, Params, ServiceMethods } from '@feathersjs/feathers'
import type { Application } from '../../declarations'

class NoteService implements ServiceMethods<any> {
  async find(params: Params) { return [] }
  async get(id: Id) { return { id } }
  async create(data: any) { return data }
  async update(id: NullableId, data: any) { return data }
  async patch(id: NullableId, data: any) { return data }
  async remove(id: NullableId) { return { id } }
}

export const note = (app: Application) => {
  const options = { paginate: app.get('paginate') }
  app.use('/notes', new NoteService())
}

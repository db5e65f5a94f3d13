import { feathers } from '@feathersjs/feathers'
import express, { rest, json, urlencoded, cors, notFound, errorHandler } from '@feathersjs/express'
import socketio from '@feathersjs/socketio'
import type { Application } from './declarations'
import { MemoryService, memory } from '@feathersjs/memory'
import { AuthenticationService } from '@feathersjs/authentication'
import { services } from './services/index'

class Greeter {
  prefix = 'hi'
  async find() { return [] }
  async get(id: string) { return id }
  private helper() { return null }
}

class Arrows {
  create = async (data: unknown) => data
  remove = async (id: string) => id
}

class Counted extends MemoryService {
  async find() { return [] }
}

const app: Application = express(feathers())

app.use(cors())
app.use(json())
app.use(urlencoded({ extended: true }))
app.use('/', express.static('public'))
app.configure(rest())
app.configure(socketio())
app.configure(services)
app.configure((inner) => {
  inner.use('inline', { async create(data: unknown) { return data } })
})

app.use('/greetings', new Greeter())
app.use('arrows', new Arrows())
app.use('counted', new Counted())
app.use('memory', memory({}), { methods: ['find', 'update', 'custom'] })
app.use('/orders/:orderId/lines', json(), new Greeter(), (req, res) => res.end())
app.use('/middleware', (req, res, next) => next())
app.use('authentication', new AuthenticationService(app))
app.get('/health', (req, res) => res.json({ ok: true }))
const port = app.get('port')
app.use(notFound())
app.use(errorHandler())
app.service('greetings').hooks({ before: { all: [] } })

export { app, port }

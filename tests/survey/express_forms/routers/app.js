const express = require('express')
const PromiseRouter = require('./router')
const { UsersRouter } = require('./users')

class Server {
  static app() {
    const api = express()
    const routers = [new UsersRouter()]
    const routes = routers.reduce((memo, router) => memo.concat(router.routes), [])
    const appRouter = new PromiseRouter(routes, 'id')
    api.use(appRouter.expressRouter())
    return api
  }
}
module.exports = { expressApp: Server.app() }

const PromiseRouter = require('./router')

class UsersRouter extends PromiseRouter {
  mountRoutes() {
    this.route('GET', '/users', req => this.handleFind(req))
    this.route('POST', '/users', limit, req => this.handleCreate(req))
    this.route('GET', '/users/:id', req => this.handleGet(req))
  }
}
module.exports = { UsersRouter }

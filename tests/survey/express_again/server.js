const express = require('express')
const ApiRouter = require('./api')

class Server {
  constructor() {
    this.api = new ApiRouter(this)
  }

  start() {
    const app = express()
    app.use('/api', this.api.router)
    app.get('/health', (request, response) => response.end())
    app.listen(3000)
  }
}

new Server().start()

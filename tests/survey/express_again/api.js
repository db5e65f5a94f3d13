const express = require('express')

class ApiRouter {
  constructor(server) {
    this.server = server
    this.router = express()
    this.init()
  }

  init() {
    this.router.get('/libraries', this.all.bind(this))
    this.router.post('/libraries', (request, response) => response.end())
  }

  async all(request, response) {
    response.json(await this.server.libraries())
  }
}

module.exports = ApiRouter

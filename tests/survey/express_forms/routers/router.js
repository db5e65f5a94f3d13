const express = require('express')

class PromiseRouter {
  constructor(routes = [], appId) {
    this.routes = routes
    this.appId = appId
    this.mountRoutes()
  }
  mountRoutes() {}
  merge(router) {
    for (const route of router.routes) {
      this.routes.push(route)
    }
  }
  route(method, path, ...handlers) {
    switch (method) {
      case 'POST':
      case 'GET':
        break
      default:
        throw 'cannot route method: ' + method
    }
    let handler = handlers[0]
    if (handlers.length > 1) {
      handler = chained(handlers)
    }
    this.routes.push({ path: path, method: method, handler: handler })
  }
  mountOnto(expressApp) {
    this.routes.forEach(route => {
      const method = route.method.toLowerCase()
      const handler = makeExpressHandler(this.appId, route.handler)
      expressApp[method].call(expressApp, route.path, handler)
    })
    return expressApp
  }
  expressRouter() {
    return this.mountOnto(express.Router())
  }
}
module.exports = PromiseRouter

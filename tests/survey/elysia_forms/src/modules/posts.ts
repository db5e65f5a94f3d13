import { Elysia } from 'elysia'

const posts = (app: Elysia) =>
  app.group('/posts', (app) => {
    app.get('/', () => [])
    return app.post('/', ({ body }) => body)
  })

export default posts

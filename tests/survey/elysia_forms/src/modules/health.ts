import { Elysia } from 'elysia'

const PATH = '/health'
export const health = new Elysia({ prefix: PATH })
health.get('/live', () => 'ok')

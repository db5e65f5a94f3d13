import { Elysia } from 'elysia'

export const unused = new Elysia({ prefix: '/unused' }).get('/x', () => 1)

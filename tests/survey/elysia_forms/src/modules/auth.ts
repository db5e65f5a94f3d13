import { Elysia } from 'elysia'

export function auth(secret: string) {
  return new Elysia({ name: 'auth' }).post('/login', () => secret)
}

export class UserService {
  private cache = new Map<string, string>()
  all() { return [...this.cache.values()] }
  one(id: string) { return this.cache.get('/x' + id) }
  rename() { return this.cache.delete('a') }
}

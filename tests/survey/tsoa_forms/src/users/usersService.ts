export type User = { id: number };
export type UserCreationParams = { name: string };
export class UsersService {
  get(id: number, name?: string): User { return { id }; }
}

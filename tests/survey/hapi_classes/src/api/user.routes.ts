import { Server } from '@hapi/hapi';
export class UserRoutes {
  private controller = new Controller();
  public register(server: Server): Promise<void> {
    return new Promise((resolve) => {
      server.route([
        { method: 'GET', path: '/users', options: { handler: this.controller.list, auth: false } },
        { method: 'POST', path: '/users', options: { handler: this.controller.create } },
      ]);
      resolve();
    });
  }
}
class Controller { list = async () => []; create = async () => ({}) }

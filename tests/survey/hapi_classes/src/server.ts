import { Server, ServerRoute } from '@hapi/hapi';
import * as Hapi from '@hapi/hapi';
import { UserRoutes } from './api/user.routes';
import * as Items from './api/items';
import routes from './api';
import { mapped } from './api/mapped';
import { dependent } from './plugins/dependent';

export class App {
  private server: Hapi.Server;
  constructor() {
    this.server = new Hapi.Server({ port: 3000 });
  }
  public async start() {
    new UserRoutes().register(this.server);
    Items.init(this.server, {});
    routes.forEach((route) => this.server.route(route));
    this.server.route(mapped);
    await this.server.register([{ plugin: await import('./plugins/late'), routes: { prefix: '/late' } }, { plugin: dependent, routes: { prefix: '/late' } }]);
  }
}

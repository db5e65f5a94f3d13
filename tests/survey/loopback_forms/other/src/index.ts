import { RestApplication, get } from '@loopback/rest';

class Ping {
  @get('/ping')
  ping() { return 'pong'; }
}

const config = {
  rest: {
    port: 3000,
    basePath: '/v2',
    openApiSpec: { setServersFromRequest: true },
  },
};
const app = new RestApplication(config);
app.controller(Ping);
app.start();

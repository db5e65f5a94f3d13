import { join } from 'node:path';
import { Configuration, Inject } from '@tsed/di';
import { PlatformApplication } from '@tsed/platform-http';
import '@tsed/platform-express';
import * as rest from './controllers/rest/index.js';
import { IndexController } from './controllers/pages/IndexController.js';

@Configuration({
  acceptMimes: ['application/json'],
  httpPort: process.env.PORT || 8083,
  mount: {
    '/rest': [...Object.values(rest)],
    '/': [IndexController],
  },
  swagger: [{ path: '/doc', specVersion: '3.0.1' }],
})
export class Server {
  @Inject()
  protected app: PlatformApplication;
}

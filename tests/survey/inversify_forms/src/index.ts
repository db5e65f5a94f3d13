import * as express from 'express';
import { Container } from 'inversify';
import { InversifyExpressServer } from 'inversify-express-utils';
import './controllers';

const container = new Container();
const server = new InversifyExpressServer(container, null, { rootPath: '/api/v1' });
server.setConfig((app) => {
  app.use(express.json());
});
server.build().listen(3000);

import 'reflect-metadata';
import { createExpressServer } from 'routing-controllers';
import { UserController } from './controllers/UserController';
import { PhotoController } from './controllers/PhotoController';

const app = createExpressServer({
  cors: true,
  routePrefix: '/api',
  controllers: [__dirname + '/controllers/*.ts'],
  middlewares: [],
});

app.listen(3000);
export { UserController, PhotoController };

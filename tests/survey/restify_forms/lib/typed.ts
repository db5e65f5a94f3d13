import * as restify from 'restify';
import { Server } from 'restify';

export const typed = (server: Server): void => {
  server.get('/typed', (req: restify.Request, res: restify.Response, next: restify.Next) => next());
};

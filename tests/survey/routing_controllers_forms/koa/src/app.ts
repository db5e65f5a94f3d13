import { createKoaServer, useExpressServer, Controller, Get } from 'routing-controllers';
import express from 'express';

@Controller('/koa')
class KoaController {
  @Get('/x')
  x() { return ''; }
}

@Controller('/plain')
class PlainController {
  @Get('/y')
  y() { return ''; }
}

createKoaServer({ controllers: [KoaController], routePrefix: 'v2' }).listen(1);

const app = express();
useExpressServer(app, { controllers: [PlainController] });
app.listen(2);

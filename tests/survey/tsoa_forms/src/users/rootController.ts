import { Controller, Get, Route } from '@tsoa/runtime';

const BASE = '/';

@Route(BASE)
export class RootController extends Controller {
  @Get('ping')
  public ping(): string { return 'pong'; }

  @Get('/')
  public index(): string { return ''; }
}

@Route()
export class EmptyController extends Controller {
  @Get('empty')
  public empty(): string { return ''; }
}

export class NoController extends Controller {
  @Get('nothing')
  public nothing(): string { return ''; }
}

import { inject } from 'inversify';
import { all, BaseHttpController, controller, httpDelete, httpGet, httpHead, httpMethod, httpPatch, httpPost, httpPut, interfaces, requestParam } from 'inversify-express-utils';
import * as utils from 'inversify-express-utils';
import { TYPES } from './types';
import { auth } from './auth';

const BASE = '/foo';

@controller(BASE, auth)
export class FooController implements interfaces.Controller {
  constructor(@inject(TYPES.Service) private service: any) {}

  @httpGet('/')
  private index(): string { return this.service.get('/x'); }

  @httpGet('/:id', auth)
  private one(@requestParam('id') id: string): string { return id; }

  @httpPost('/')
  private async create(): Promise<void> {}

  @httpPut('/:id')
  private put(): void {}

  @httpPatch('/:id')
  private patch(): void {}

  @httpDelete('/:id')
  private delete(): void {}

  @httpHead('/:id')
  private head(): void {}

  @all('/any')
  private any(): void {}

  @httpMethod('get', '/by-method')
  private byMethod(): void {}

  private helper(): void {}
}

@controller('')
export class RootController extends BaseHttpController {
  @httpGet('/health')
  public health(): string { return 'ok'; }

  @utils.httpGet('/ready')
  public ready(): string { return 'ok'; }
}

class Base {
  @httpGet('/shared')
  public shared(): string { return ''; }
}

@controller('/derived')
export class DerivedController extends Base {}

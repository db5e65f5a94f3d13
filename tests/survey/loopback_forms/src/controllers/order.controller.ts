import { api, get, post } from '@loopback/rest';
import * as rest from '@loopback/openapi-v3';

@api({ basePath: '/orders' })
export class OrderController {
  @get('/')
  list() { return []; }

  @post('/{id}/lines')
  addLine() { return null; }

  @rest.get('/{id}')
  one() { return null; }
}

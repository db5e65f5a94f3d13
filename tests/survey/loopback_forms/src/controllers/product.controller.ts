import { repository, CountSchema } from '@loopback/repository';
import { api, get, post, put, patch, del, operation, param, requestBody } from '@loopback/rest';
import { authenticate } from '@loopback/authentication';
import { ProductRepository } from '../repositories';

const PATH = '/products';

export class ProductController {
  constructor(@repository(ProductRepository) public products: ProductRepository) {}

  @post('/products', {
    responses: { '200': { description: 'Product' } },
  })
  async create(@requestBody() product: object): Promise<object> {
    return this.products.create(product);
  }

  @get(PATH)
  async find(): Promise<object[]> {
    return this.products.find();
  }

  @authenticate('jwt')
  @get(`${PATH}/{id}`, {
    responses: { '200': { content: { 'application/json': {} } } },
  })
  async get(@param.path.number('id') id: number): Promise<object> {
    return this.products.findById(id);
  }

  @get('/products/count')
  async count(): Promise<object> {
    return this.products.count();
  }

  @put('/products/{id}')
  async replace(@param.path.number('id') id: number): Promise<void> {}

  @patch('/products/{id}')
  async patch(@param.path.number('id') id: number): Promise<void> {}

  @del('/products/{id}', {})
  async del(@param.path.number('id') id: number): Promise<void> {}

  @operation('head', '/products/{id}')
  async head(): Promise<void> {}

  async notARoute(): Promise<void> {}
}

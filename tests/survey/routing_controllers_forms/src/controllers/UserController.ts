import { Body, Delete, Get, Head, HttpCode, JsonController, Method, OnUndefined, Param, Patch, Post, Put, Authorized } from 'routing-controllers';

const ID = '/:id';

@Authorized()
@JsonController('/users')
export class UserController {
  private names = new Map<string, string>();

  @Get()
  all() { return [...this.names.values()]; }

  @Get(ID)
  @OnUndefined(404)
  one(@Param('id') id: number) { return this.names.get('/x'); }

  @Get('/:id([0-9]+)/photos')
  photos(@Param('id') id: number) { return []; }

  @Post('/')
  @HttpCode(201)
  create(@Body() user: object) { return user; }

  @Authorized('ADMIN')
  @Put('/:id')
  update() { return null; }

  @Patch('/:id')
  @Post('/:id')
  partial() { return null; }

  @Delete('/:id')
  remove() { return null; }

  @Head('/:id')
  head() { return null; }

  @Method('get', '/by-method')
  byMethod() { return null; }

  notARoute() { return null; }
}

import { Controller, Get, RequestMapping, RequestMethod, Search } from '@nestjs/common';

@Controller('rows')
export class RowsController {
  @RequestMapping({ path: 'query', method: RequestMethod.QUERY })
  query() {}

  @RequestMapping({ path: 'search', method: RequestMethod.SEARCH })
  search() {}

  @Search('found')
  found() {}

  @Get()
  all() {}
}

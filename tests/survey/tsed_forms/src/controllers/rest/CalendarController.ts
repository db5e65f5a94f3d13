import { BodyParams, PathParams } from '@tsed/platform-params';
import { Controller } from '@tsed/di';
import { All, Delete, Get, Patch, Post, Put, Returns, Head, Options } from '@tsed/schema';

const PATH = '/calendars';

@Controller('/events')
class EventController {
  @Get('/')
  list(): object[] { return []; }

  @Get('/:eventId')
  get(@PathParams('eventId') id: string): object { return { id }; }
}

@Controller({ path: '/:calendarId', children: [EventController] })
class OneController {
  @Get('/')
  get(): object { return {}; }
}

@Controller({ path: PATH, children: [OneController] })
export class CalendarController {
  @Get('/')
  @Returns(200)
  all(): object[] { return []; }

  @Post('/')
  create(@BodyParams() body: object): object { return body; }

  @Put('/:id')
  update(): object { return {}; }

  @Patch('/:id')
  patch(): object { return {}; }

  @Delete('/:id')
  remove(): void {}

  @All('/echo')
  echo(): void {}

  @Head('/:id')
  head(): void {}
}

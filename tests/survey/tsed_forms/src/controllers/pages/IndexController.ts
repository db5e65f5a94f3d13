import { Controller } from '@tsed/di';
import { Get, Returns } from '@tsed/schema';
import { View } from '@tsed/platform-views';

@Controller('/')
export class IndexController {
  @Get('/')
  @View('index.ejs')
  index(): object { return {}; }
}

@Controller('/unmounted')
export class UnmountedController {
  @Get('/x')
  x(): object { return {}; }
}

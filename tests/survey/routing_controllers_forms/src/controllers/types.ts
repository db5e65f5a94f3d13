import { Get } from './decorators';

export class Settings {
  @Get('/not-a-route')
  value = 1;
}

import { Controller, Get } from '@tsed/common';

@Controller('/health')
export class HealthController {
  @Get()
  ok(): string { return 'ok'; }
}

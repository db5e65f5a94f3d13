import { Controller, Get, Module } from "@nestjs/common";

@Controller("stats")
export class StatsController {
  @Get()
  all() {}
}

@Module({ controllers: [StatsController] })
export class AdminModule {}

import { Get } from "@nestjs/common";

export abstract class Crud {
  @Get("list")
  list() {}
}

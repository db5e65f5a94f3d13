import {
  All, Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, UseGuards, Version,
} from "@nestjs/common";
import { JwtAuthGuard } from "./auth";
import { HEALTH, Path } from "./paths";
import { Crud } from "./crud";

@Controller({ path: Path.Cats, version: ["1", "2"] })
@UseGuards(JwtAuthGuard)
export class CatsController extends Crud {
  @Post(":id/photos")
  @HttpCode(HttpStatus.ACCEPTED)
  async add(@Param("id") id: string, @Body() dto: PhotoDto): Promise<Photo> {
    return this.service.add(id, dto);
  }

  @Version("3")
  @Delete([":id", "by-name/:name"])
  remove() {}
}

@Controller(HEALTH)
export class HealthController {
  @Get()
  check() {}

  @All("deep/*")
  deep() {}
}

import { Controller, Delete, Get, Post, UseGuards } from "@nestjs/common";
import { ApiBearerAuth, ApiUnauthorizedResponse } from "@nestjs/swagger";
import { Auth, LenientGuard, PlainGuard, Roles } from "./jwt.guard";

@ApiBearerAuth()
@Controller("articles")
export class ArticlesController {
  @Get()
  findAll() {
    return [];
  }

  @Get("feed")
  feed() {
    return [];
  }

  @Get("top")
  top() {
    return [];
  }

  @Get("mine/drafts")
  drafts() {
    return [];
  }

  @Get(":slug")
  findOne() {
    return {};
  }

  @ApiUnauthorizedResponse({ status: 401, description: "Unauthorized" })
  @Delete(":slug")
  remove() {
    return {};
  }

  @UseGuards(PlainGuard)
  @Post()
  create() {
    return {};
  }

  @UseGuards(LenientGuard)
  @Get(":slug/lenient")
  lenient() {
    return {};
  }

  @Auth()
  @Post(":slug/favorite")
  favorite() {
    return {};
  }

  @Roles("admin")
  @Post(":slug/pin")
  pin() {
    return {};
  }
}

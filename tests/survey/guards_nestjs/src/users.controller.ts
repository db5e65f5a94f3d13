import { Controller, Delete, Get, Post, UseGuards } from "@nestjs/common";
import { JwtGuard, Public } from "./jwt.guard";

@UseGuards(JwtGuard)
@Controller("users")
export class UsersController {
  @Get("me")
  me() {
    return {};
  }

  @Public()
  @Post("login")
  login() {
    return {};
  }

  @Delete(":slug")
  remove() {
    return {};
  }
}

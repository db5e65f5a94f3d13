import { MiddlewareConsumer, Module, NestModule, RequestMethod } from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import { ArticlesController } from "./articles.controller";
import { UsersController } from "./users.controller";
import { RolesGuard } from "./roles.guard";
import { TokenMiddleware } from "./token.middleware";

@Module({
  controllers: [ArticlesController, UsersController],
  providers: [{ provide: APP_GUARD, useClass: RolesGuard }],
})
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer
      .apply(TokenMiddleware)
      .exclude({ path: "articles/top", method: RequestMethod.GET })
      .forRoutes({ path: "articles/feed", method: RequestMethod.GET }, "articles/top", "articles/mine");
  }
}

import { Module } from "@nestjs/common";
import { RouterModule } from "@nestjs/core";
import { AdminModule } from "./admin.module";

@Module({
  imports: [AdminModule, RouterModule.register([{ path: "admin", module: AdminModule }])],
})
export class AppModule {}

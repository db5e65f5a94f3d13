import { Module } from "@nestjs/common";
import { MongooseModule } from "@nestjs/mongoose";
import { Cat, CatSchema } from "./cat.schema";

@Module({
  imports: [MongooseModule.forFeature([{ name: Cat.name, schema: CatSchema }])],
})
export class CatsModule {}

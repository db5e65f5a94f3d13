import { Prop, Schema, SchemaFactory } from "@nestjs/mongoose";
import mongoose, { HydratedDocument } from "mongoose";

@Schema({ _id: false })
export class Collar {
  @Prop()
  colour: string;
}

@Schema({ timestamps: true })
export class Cat {
  @Prop({ required: true, unique: true })
  name: string;

  @Prop({ default: 3 })
  age: number;

  @Prop([String])
  tags: string[];

  @Prop({ type: mongoose.Schema.Types.ObjectId, ref: "Owner" })
  owner: Owner;

  @Prop({ type: Collar })
  collar: Collar;
}

export const CatSchema = SchemaFactory.createForClass(Cat);
CatSchema.index({ name: 1 });

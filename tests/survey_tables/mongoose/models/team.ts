import { Schema, model, type InferSchemaType } from "mongoose";

const TeamSchema: Schema<ITeam> = new Schema<ITeam>({
  _id: { type: String, required: true },
  title: { type: String, required: true, enum: ["a", "b"] },
  size: { type: Number, default: () => 1 },
}, { collection: "crew", timestamps: { createdAt: "made_at", updatedAt: false } });

export const Team = model<ITeam>("Team", TeamSchema);

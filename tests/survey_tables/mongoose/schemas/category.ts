import { Schema } from "mongoose";

export const categorySchema = new Schema({
  label: { type: String, trim: true },
  type: { type: String },
  parent: { type: Schema.ObjectId, ref: "Category", default: null },
  active: Boolean,
});
categorySchema.plugin(paginate);

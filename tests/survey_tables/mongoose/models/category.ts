import mongoose from "mongoose";
import { categorySchema } from "../schemas/category";

const NAME = "Category";

export default mongoose.models.Category || mongoose.model<ICategory>(NAME, categorySchema);

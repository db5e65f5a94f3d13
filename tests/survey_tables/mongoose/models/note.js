import mongoose from "mongoose";
import schema from "../schemas/note.schema.js";

export const Note = mongoose.model("Note", schema);

import mongoose from "mongoose";
import { build } from "./build.js";

export const Lost = mongoose.model("Lost", build());

import mongoose from "mongoose";

export const Log = mongoose.model("Log", new mongoose.Schema({ text: "string", at: Date }), "audit");

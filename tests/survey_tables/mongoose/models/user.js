const mongoose = require("mongoose");
const { Schema } = mongoose;

const addressSchema = new Schema({ street: String, city: String }, { _id: false });

const userSchema = new mongoose.Schema(
  {
    name: String,
    email: { type: String, required: true, unique: true, lowercase: true },
    age: { type: Number, min: 0, default: 18 },
    roles: [String],
    friends: [{ type: Schema.Types.ObjectId, ref: "User" }],
    team: { type: mongoose.Schema.Types.ObjectId, ref: "Team", required: [true, "needed"] },
    address: addressSchema,
    profile: {
      bio: { type: String },
      links: { home: String },
    },
    posts: [{ title: String, at: Date }],
    token: { type: String, index: true },
    extra: {},
  },
  { timestamps: true },
);

userSchema.index({ name: 1, age: -1 }, { unique: true });
userSchema.methods.greet = function () {};

module.exports = mongoose.model("User", userSchema);

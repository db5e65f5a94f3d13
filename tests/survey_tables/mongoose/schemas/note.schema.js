import { Schema } from "mongoose";

export default new Schema({ body: { type: Schema.Types.Mixed } }, { versionKey: false });

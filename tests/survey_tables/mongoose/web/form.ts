import { z } from "zod";

export const schema = new Schema({ a: String });
export const shape = tf.model("User", schema);

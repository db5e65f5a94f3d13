import { text } from "drizzle-orm/pg-core";
import { createTable } from "./schema";

export const tags = createTable("tag", (d) => ({ id: d.integer().primaryKey(), label: text("label") }));

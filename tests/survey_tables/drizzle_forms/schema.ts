import { pgSchema, pgTable, pgTableCreator, integer, serial, text } from "drizzle-orm/pg-core";
import { key } from "./keys";
import { owned, timestamps } from "./helpers";

export const createTable = pgTableCreator((name) => `shop_${name}`);
const auth = pgSchema("auth");

export const posts = createTable("post", {
  id: serial("id").primaryKey(),
  title: text("title").notNull(),
  ...timestamps,
});

export const sessions = auth.table("sessions", {
  id: text("id").primaryKey(),
  postId: integer("post_id").references(() => posts.id, { onDelete: "cascade" }),
});

export const things = pgTable("things", {
  pk: key(),
  name: text(),
  ...owned,
});

export const others = pgTable("others", {
  id: integer("id").primaryKey(),
  ...elsewhere,
});

export const settings = makeSettings("x", { a: 1 });

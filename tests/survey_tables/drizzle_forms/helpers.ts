import { timestamp, varchar } from "drizzle-orm/pg-core";

export const timestamps = {
  createdAt: timestamp("created_at").defaultNow().notNull(),
  updatedAt: timestamp("updated_at"),
};

export const owned = { ...timestamps, ownerId: varchar("owner_id", { length: 20 }).notNull() };

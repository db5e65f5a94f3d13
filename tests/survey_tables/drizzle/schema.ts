import { index, integer, pgTable, primaryKey, serial, text, uniqueIndex, varchar } from 'drizzle-orm/pg-core';

export const users = pgTable('users', {
  id: serial('id').primaryKey(),
  fullName: varchar('full_name', { length: 256 }).notNull().default('x'),
  email: text().unique(),
}, (table) => [uniqueIndex('by_name').on(table.fullName)]);

export const posts = pgTable('posts', {
  id: integer('id'),
  authorId: integer('author_id').references(() => users.id, { onDelete: 'cascade' }),
}, (table) => ({
  pk: primaryKey({ columns: [table.id, table.authorId] }),
  byAuthor: index('by_author').on(table.authorId),
}));

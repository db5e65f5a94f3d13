import { Kysely } from "kysely";

export async function up(db: Kysely<any>) {
  await db.schema.alterTable("person").addColumn("age", "integer").dropColumn("first_name").execute();
  await db.schema.alterTable("pet").renameColumn("species", "kind").execute();
  await db.schema
    .alterTable("pet")
    .alterColumn("name", (col) => col.setNotNull())
    .execute();
  await db.schema.dropTable("old").execute();
  await db.schema
    .withSchema("shop")
    .createTable("order_items")
    .addColumn("order_id", "bigint", (c) => c.notNull())
    .addColumn("item_id", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("order_items_pk", ["order_id", "item_id"])
    .addForeignKeyConstraint("fk_item", ["item_id"], "items", ["id"], (cb) => cb.onDelete("restrict"))
    .execute();
  for (const name of names) {
    await db.schema.createTable(name).addColumn("id", "integer").execute();
  }
}

import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable("person")
    .ifNotExists()
    .addColumn("id", "integer", (col) => col.primaryKey().autoIncrement())
    .addColumn("first_name", "varchar(255)", (col) => col.notNull())
    .addColumn("email", "text", (col) => col.unique().notNull())
    .addColumn("created_at", "timestamptz", (col) => col.defaultTo(sql`now()`).notNull())
    .execute();

  await db.schema
    .createTable("pet")
    .addColumn("id", sql`uuid`, (col) => col.defaultTo(sql`gen_random_uuid()`).primaryKey())
    .addColumn("name", "varchar")
    .addColumn("owner_id", "integer", (col) =>
      col.references("person.id").onDelete("cascade").notNull(),
    )
    .addColumn("species", "text", (col) => col.defaultTo("cat"))
    .addUniqueConstraint("pet_name", ["owner_id", "name"])
    .execute();

  await db.schema.createIndex("pet_owner_id_index").on("pet").column("owner_id").execute();
  await db.schema.createTable("old").addColumn("id", "serial").execute();
}

export async function down(db: Kysely<any>): Promise<void> {
  await db.schema.dropTable("pet").execute();
  await db.schema.dropTable("person").execute();
}

import { Kysely } from "kysely";

export const rows = (db: Kysely<Database>) => db.selectFrom("person").selectAll().execute();

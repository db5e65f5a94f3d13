import { Migration } from "@mikro-orm/migrations";

export class Migration20240101 extends Migration {
  async up(): Promise<void> {
    this.addSql('create table "audit" ("id" serial primary key, "what" text not null);');
    this.addSql(`alter table "audit" add column "who" varchar(20);`);
  }

  async down(): Promise<void> {
    this.addSql('drop table "audit";');
  }
}

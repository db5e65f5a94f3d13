import { Knex } from 'knex';

const PEOPLE = 'people';

export async function up(knex: Knex): Promise<void> {
  return knex.schema
    .createTable(PEOPLE, (table) => {
      table.increments();
      table.enu('kind', ['a', 'b']).defaultTo('a');
      table.timestamps(true, true);
    })
    .createTable('books', (table) => {
      table.uuid('id').primary();
      table.string('name');
      table.text('old');
      table.integer('author_id').unsigned().notNullable().references('id').inTable('people').onDelete('CASCADE').index();
      table.unique(['name', 'author_id']);
    })
    .createTable('gone', (table) => {
      table.bigIncrements('key');
    });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('books');
}

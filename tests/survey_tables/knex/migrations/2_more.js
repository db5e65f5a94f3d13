exports.up = async (knex) => {
  await knex.schema.alterTable('books', (t) => {
    t.string('isbn', 13).notNullable().unique();
    t.dropColumn('old');
    t.renameColumn('name', 'title');
  });
  await knex.schema.renameTable('people', 'authors').dropTableIfExists('gone');
  await knex.raw('CREATE INDEX by_title ON books (title)');
};
exports.down = (knex) => knex.schema.dropTable('books').dropTable('authors');

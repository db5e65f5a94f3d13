exports.up = (knex) => knex.schema.createTable(nameOf('x'), (t) => t.increments());

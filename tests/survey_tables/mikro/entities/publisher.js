const { EntitySchema } = require("@mikro-orm/core");

module.exports.Publisher = new EntitySchema({
  name: "Publisher",
  tableName: "publisher",
  properties: {
    id: { type: "number", primary: true },
    name: { type: "string", unique: true },
    foundedAt: { type: "Date", nullable: true, fieldName: "founded" },
    owner: { kind: "m:1", entity: () => "Author", onDelete: "set null", nullable: true },
    books: { kind: "1:m", entity: () => "Book", mappedBy: "publishedBy" },
  },
});

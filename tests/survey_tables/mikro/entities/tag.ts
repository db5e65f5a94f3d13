import { defineEntity, p } from "@mikro-orm/core";

export const BookTag = defineEntity({
  name: "BookTag",
  properties: {
    id: p.integer().primary(),
    label: p.string().unique(),
    colour: p.string().nullable().default("red"),
    parentTag: () => p.manyToOne(BookTag).nullable(),
    children: () => p.oneToMany(BookTag).mappedBy("parentTag"),
  },
});

import { Entity, ManyToMany, ManyToOne, OneToOne, PrimaryKey, Property, type Ref } from "@mikro-orm/postgresql";
import { Author } from "./author";

@Entity()
export class Book {
  @PrimaryKey({ fieldName: "isbn_13" })
  isbn!: string;

  @Property({ fieldName: "name", columnType: "varchar(80)" })
  title!: string;

  @ManyToOne(() => Author, { deleteRule: "cascade" })
  author!: Ref<Author>;

  @ManyToOne({ entity: "Publisher", nullable: true, index: true })
  publishedBy?: Ref<Publisher>;

  @ManyToMany({ entity: () => BookTag, pivotTable: "book_tags" })
  tags = new Collection<BookTag>(this);
}

@Entity()
export class Profile {
  @OneToOne({ entity: () => Author, primary: true })
  author!: Ref<Author>;
}

@Entity({ abstract: true })
export abstract class Nothing {
  @PrimaryKey()
  id!: number;
}

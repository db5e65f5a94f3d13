import { Collection, Entity, Enum, Index, ManyToMany, OneToMany, OneToOne, Property, Ref, Unique } from "@mikro-orm/core";
import { BaseEntity } from "./base";
import { Book } from "./book";

@Entity({ tableName: "writers" })
@Index({ properties: ["lastName", "email"] })
export class Author extends BaseEntity {
  @Property({ length: 100 })
  lastName!: string;

  @Property()
  @Unique()
  email!: string;

  @Property({ type: "text", nullable: true })
  bio?: string;

  @Property({ default: false })
  isActive: boolean & Opt = false;

  @Enum(() => Role)
  role!: Role;

  @Property({ persist: false })
  get fullName() {
    return this.lastName;
  }

  @OneToMany(() => Book, (book) => book.author)
  books = new Collection<Book>(this);

  @OneToOne(() => Profile, (profile) => profile.author)
  profile!: Profile;

  @ManyToMany({ entity: () => Author, joinColumn: "one", inverseJoinColumn: "other", pivotTable: "friends" })
  friends = new Collection<Author>(this);

  @ManyToMany(() => Author)
  rivals = new Collection<Author>(this);
}

import {
  Column, Entity, JoinColumn, JoinTable, ManyToMany, ManyToOne, OneToMany, OneToOne, PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { EncryptedColumn } from './encrypted';

@Entity()
export class Author {
  @PrimaryGeneratedColumn('uuid')
  uuid: string;

  @OneToMany(() => Book, (book) => book.author)
  books: Book[];
}

@Entity()
export class Book {
  @PrimaryColumn({ name: 'isbn_13' })
  isbn: string;

  @ManyToOne(type => Author, author => author.books)
  author: Author;

  @OneToOne(() => Cover)
  @JoinColumn()
  cover: Cover;

  @ManyToMany(() => Author)
  @JoinTable()
  readers: Author[];
}

@Entity()
export class Cover {
  @PrimaryColumn()
  series: string;

  @PrimaryColumn()
  issue: number;

  @OneToMany(() => Book, (book) => book.cover)
  @JoinColumn()
  books: Book[];
}

@Entity()
export class Secret {
  @PrimaryGeneratedColumn()
  id: number;

  @EncryptedColumn()
  text: string;
}

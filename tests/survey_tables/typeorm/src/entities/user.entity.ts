import { Column, Entity, Index, JoinTable, ManyToMany, OneToMany, Unique } from 'typeorm';
import { BaseEntity } from './base.entity';
import { Photo } from './photo.entity';

export class Address {
  @Column()
  city: string;
}

@Entity('users')
@Unique('uq_name', ['first', 'last'])
export class User extends BaseEntity {
  @Column({ type: 'varchar', length: 50, nullable: true, default: 'x' })
  first: string;

  @Column('text', { unique: true })
  last: string;

  @Index()
  @Column()
  age: number;

  @Column(() => Address)
  home: Address;

  @OneToMany(() => Photo, (photo) => photo.owner)
  photos: Photo[];

  @ManyToMany(() => Photo)
  @JoinTable()
  liked: Photo[];
}

@Entity()
export class AdminUser extends User {}

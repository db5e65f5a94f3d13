import { Entity, JoinColumn, ManyToOne, OneToOne, PrimaryColumn } from 'typeorm';
import { User } from './user.entity';

@Entity({ name: 'photo' })
export class Photo {
  @PrimaryColumn()
  path: string;

  @ManyToOne(() => User, (user) => user.photos, { onDelete: 'CASCADE' })
  owner: User;

  @OneToOne(() => User)
  @JoinColumn({ name: 'cover_id' })
  cover: User;
}

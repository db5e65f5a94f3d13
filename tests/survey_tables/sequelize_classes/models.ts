import { AllowNull, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';

class IdModel extends Model {
  @PrimaryKey
  @Column(DataType.UUID)
  id: string;
}

@Table({ tableName: 'teams', timestamps: false })
export class Team extends IdModel {
  @AllowNull(false)
  @Column(DataType.STRING)
  name: string;
}

@Table({ paranoid: true })
export class Player extends IdModel {
  @ForeignKey(() => Team)
  @Column(DataType.UUID)
  teamId: string;
}

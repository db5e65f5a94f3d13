import { MigrationInterface, QueryRunner, Table, TableColumn } from 'typeorm';

export class Logs1700000000000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "logs" ("id" SERIAL NOT NULL, "text" text, PRIMARY KEY ("id"))`);
    await queryRunner.createTable(
      new Table({
        name: 'jobs',
        columns: [
          { name: 'id', type: 'int', isPrimary: true },
          { name: 'log_id', type: 'int', isNullable: true },
        ],
        foreignKeys: [
          { columnNames: ['log_id'], referencedTableName: 'logs', referencedColumnNames: ['id'] },
        ],
      }),
    );
    await queryRunner.addColumn('jobs', new TableColumn({ name: 'state', type: 'varchar' }));
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "logs"`);
    await queryRunner.dropTable('jobs');
  }
}

<?php

namespace DoctrineMigrations;

use Doctrine\DBAL\Schema\Schema;
use Doctrine\Migrations\AbstractMigration;

final class Version20240101000000 extends AbstractMigration
{
    public function up(Schema $schema): void
    {
        $this->addSql('CREATE TABLE sessions (sess_id VARCHAR(128) NOT NULL, sess_data BLOB NOT NULL, PRIMARY KEY(sess_id))');
        $this->addSql('CREATE TABLE old_log (id INT AUTO_INCREMENT NOT NULL, PRIMARY KEY(id))');
        $this->addSql(<<<'SQL'
            ALTER TABLE sessions ADD sess_time INT DEFAULT NULL
        SQL);
        $this->addSql('UPDATE person SET balance = 0');
        $table = $schema->createTable('settings');
        $table->addColumn('id', 'integer', ['autoincrement' => true]);
        $table->addColumn('value', 'string', ['length' => 190, 'notnull' => false]);
        $table->setPrimaryKey(['id']);
        $table->addUniqueIndex(['value'], 'by_value');
    }

    public function down(Schema $schema): void
    {
        $this->addSql('DROP TABLE sessions');
    }
}

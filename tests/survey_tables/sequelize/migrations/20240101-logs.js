module.exports = {
  up: async (queryInterface, Sequelize) => {
    await queryInterface.createTable('logs', {
      id: { type: Sequelize.INTEGER, primaryKey: true, allowNull: false },
      person: { type: Sequelize.UUID, references: { model: 'folk', key: 'uuid' }, onDelete: 'SET NULL' },
      old: Sequelize.STRING,
    });
    await queryInterface.removeColumn('logs', 'old');
    await queryInterface.addIndex('logs', ['person'], { name: 'by_person' });
  },
  down: async (queryInterface) => {
    await queryInterface.dropTable('logs');
  },
};

const { DataTypes, Model, Sequelize } = require('sequelize');

const sequelize = new Sequelize('sqlite::memory:', { define: { underscored: true } });

const Category = sequelize.define('Category', {
  fullName: { type: DataTypes.STRING(80), allowNull: false, unique: true },
  size: DataTypes.INTEGER,
  label: DataTypes.VIRTUAL,
});

class Person extends Model {}
Person.init(
  {
    uuid: { type: DataTypes.UUID, primaryKey: true },
    name: { type: DataTypes.TEXT, field: 'person_name', defaultValue: 'x' },
  },
  { sequelize, modelName: 'Person', tableName: 'folk', timestamps: false },
);

Person.belongsTo(Category, { onDelete: 'CASCADE' });
Category.belongsToMany(Person, { through: 'Membership' });
module.exports = { Category, Person };

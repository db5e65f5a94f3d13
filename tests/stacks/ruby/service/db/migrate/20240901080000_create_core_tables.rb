class CreateCoreTables < ActiveRecord::Migration[7.1]
  def change
    create_table :accounts do |t|
      t.string :email, null: false
      t.string :password_digest, null: false
      t.integer :role, null: false, default: 0
      t.timestamps
      t.index :email, unique: true
    end

    create_table :farms do |t|
      t.references :owner, null: false, foreign_key: { to_table: :accounts }
      t.string :name, null: false, limit: 120
      t.text :description
      t.timestamps
    end

    create_table :products do |t|
      t.bigint :farm_id, null: false
      t.string :name, null: false
      t.integer :price_cents, null: false
      t.string :unit, null: false, default: "kg"
      t.integer :stock, null: false, default: 0
      t.timestamps
    end
  end
end

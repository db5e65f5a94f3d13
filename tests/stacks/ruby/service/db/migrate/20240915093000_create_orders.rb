class CreateOrders < ActiveRecord::Migration[7.1]
  def change
    create_table :orders do |t|
      t.references :account, null: false, foreign_key: true
      t.string :state, null: false, default: "placed"
      t.string :payment_reference
      t.timestamps
    end

    create_table :line_items do |t|
      t.references :order, null: false, foreign_key: true
      t.references :product, null: false, foreign_key: true
      t.integer :quantity, null: false
      t.integer :unit_price_cents, null: false
    end
  end
end

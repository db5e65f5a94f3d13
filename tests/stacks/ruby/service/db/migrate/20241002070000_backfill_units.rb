class BackfillUnits < ActiveRecord::Migration[7.1]
  def up
    execute "UPDATE products SET unit = 'piece' WHERE unit = ''"
  end

  def down
    raise ActiveRecord::IrreversibleMigration
  end
end

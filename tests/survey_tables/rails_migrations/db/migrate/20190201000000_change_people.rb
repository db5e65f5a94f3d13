class ChangePeople < ActiveRecord::Migration[5.2]
  def up
    rename_column :people, :nick, :nickname
    change_column :people, :motto, :text, null: false
    change_column_null :people, :age, false
    change_column_default :people, :age, from: 0, to: 18
    remove_column :people, :last_name, :string
    add_column :people, :born_on, :date
    add_reference :people, :team, type: :uuid, index: { unique: true }
    add_index :people, %i[nickname born_on], name: "by_nickname"
    add_index :people, :motto
    remove_index :people, :age
    drop_table :scratch

    change_table :organizations, bulk: true do |t|
      t.string :country
      t.rename :name, :title
      t.index :country
      t.timestamps null: true
    end
    rename_table :organizations, :companies
    extras
    execute "UPDATE people SET age = 20"
    execute <<~SQL
      ALTER TABLE people ADD COLUMN height integer NOT NULL;
      ALTER TABLE people RENAME COLUMN born_on TO birthday;
    SQL
  end

  def down
    drop_table :people
  end

  private

  def extras
    reversible do |direction|
      direction.up { add_column :people, :extra, :json }
      direction.down { remove_column :people, :extra }
    end
  end
end

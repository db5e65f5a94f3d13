class CreateLogs < ActiveRecord::Migration[4.2]
  def self.up
    create_table :logs do |t|
      t.references :person
      t.special :thing
      t.timestamps
    end
    add_special_index :people
  end
end

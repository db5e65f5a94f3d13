class CreatePeople < ActiveRecord::Migration[5.2]
  NAMES = %i[first last].freeze

  def change
    create_table :people do |t|
      NAMES.each { |name| t.string "#{name}_name", null: false }
      t.string :nick, :motto, limit: 40
      t.references :company, foreign_key: { to_table: :organizations, on_delete: :cascade }
      t.belongs_to :owner, polymorphic: true, index: false
      t.integer :age, default: 0, index: true
      t.timestamps
    end

    create_table :organizations, id: :uuid do |t|
      t.string :name
    end

    create_table :scratch, id: false do |t|
      t.column :code, :string, limit: 3
    end
    create_join_table :people, :badges
  end
end

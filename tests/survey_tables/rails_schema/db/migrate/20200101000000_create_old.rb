class CreateOld < ActiveRecord::Migration[6.0]
  def change
    create_table(:old) { |t| t.string :name }
  end
end

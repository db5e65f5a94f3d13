defmodule Shop.Repo.Migrations.ChangeUsers do
  use Ecto.Migration

  def up do
    alter table(:users) do
      add :team_id, references(:teams, type: :uuid)
      modify :age, :bigint, null: false, from: :integer
      remove :tags
      add_if_not_exists :bio, :text
    end

    rename table(:users), :nick, to: :nickname
    drop_if_exists table(:scratch)
    drop index(:users, [:email])
    rename table(:posts), to: table(:articles)

    execute "UPDATE users SET age = 20"

    execute("""
    ALTER TABLE users ADD COLUMN height integer NOT NULL;
    ALTER TABLE users ALTER COLUMN bio SET NOT NULL;
    """)

    execute(fn -> repo().update_all("users", set: [age: 1]) end, fn -> nil end)
  end

  def down do
    drop table(:users)
  end
end

defmodule Shop.Repo.Migrations.CreateUsers do
  use Ecto.Migration

  @columns [:street, :city]

  def change do
    create table(:users) do
      add :email, :string, null: false, size: 120
      add(:age, :integer, default: 18)
      add :balance, :decimal, precision: 10, scale: 2
      add :tags, {:array, :string}, default: []
      add :nick, :string
      timestamps()
    end

    create unique_index(:users, [:email])
    create index(:users, ["lower(nick)", :age], name: :by_nick)

    create table(:posts, primary_key: false) do
      add :id, :binary_id, primary_key: true
      add :title, :text
      add :user_id, references(:users, on_delete: :delete_all), null: false
      add :editor_id, references("users", column: :id, on_delete: :nilify_all, type: :bigserial)
      timestamps(inserted_at: :created_at, updated_at: false, type: :naive_datetime)
    end

    create_if_not_exists table("addresses", prefix: "geo") do
      for name <- @columns, do: add(name, :string)
    end

    create table(:scratch, primary_key: [name: :code, type: :string]) do
      add :x, :integer
    end

    create constraint(:users, :old_enough, check: "age > 10")
  end
end

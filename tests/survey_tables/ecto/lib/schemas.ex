defmodule Shop.User do
  use Ecto.Schema

  schema "users" do
    field :email, :string
    field :age, :integer
    field :password, :string, virtual: true
    belongs_to :team, Shop.Team, type: :binary_id
    has_many :articles, Shop.Article
    timestamps()
  end

  def changeset(user, attributes), do: cast(user, attributes, [:email])
end

defmodule Shop.Team do
  use Ecto.Schema

  @primary_key {:id, :binary_id, autogenerate: true}
  @foreign_key_type :binary_id
  schema "teams" do
    field :name, :string, default: "x"
    field :kind, Ecto.Enum, values: [:a, :b], source: :team_kind
    belongs_to :lead, Shop.User, foreign_key: :leader_id
    embeds_one :settings, Settings do
      field :theme
    end
    embeds_many :notes, Shop.Note
    timestamps(updated_at: false)
  end
end

defmodule Shop.Note do
  use Ecto.Schema

  embedded_schema do
    field :text, :string
  end
end

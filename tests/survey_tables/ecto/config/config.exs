import Config

config :shop, Shop.Repo,
  migration_timestamps: [type: :utc_datetime],
  migration_foreign_key: [type: :bigint]

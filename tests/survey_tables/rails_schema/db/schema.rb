# This file is auto-generated from the current state of the database.
ActiveRecord::Schema[7.1].define(version: 2024_05_01_120000) do
  enable_extension "plpgsql"
  create_enum "order_state", ["open", "closed"]

  create_table "accounts", force: :cascade do |t|
    t.string "email", limit: 120, null: false
    t.decimal "balance", precision: 10, scale: 2, default: "0.0", null: false
    t.boolean "active", default: true
    t.jsonb "settings", default: {}, null: false
    t.string "tags", default: [], array: true
    t.datetime "created_at", null: false
    t.datetime "updated_at", precision: nil, null: false
    t.index "lower((email)::text)", name: "index_accounts_on_lower_email", unique: true
    t.index ["active", "created_at"], name: "index_accounts_on_active_and_created_at", order: { created_at: :desc }
    t.check_constraint "balance >= 0::numeric", name: "balance_positive"
  end

  create_table "orders", id: :uuid, default: -> { "gen_random_uuid()" }, force: :cascade do |t|
    t.references "account", null: false, foreign_key: true
    t.enum "state", default: "open", null: false, enum_type: "order_state"
    t.virtual "label", type: :string, as: "upper(state)", stored: true
    t.bigint "octopus_id"
    t.timestamps
  end

  create_table "accounts_octopodes", id: false, force: :cascade do |t|
    t.bigint "account_id", null: false
    t.bigint "octopus_id", null: false
  end

  create_table "memberships", primary_key: ["account_id", "code"], force: :cascade do |t|
    t.bigint "account_id", null: false
    t.string "code", null: false
    t.column "mood", "mood_type"
  end

  create_table "octopodes", primary_key: "octopus_key", id: { type: :string, limit: 20 }, force: :cascade do |t|
    t.text "name"
  end

  create_table "odd", force: :cascade do |t|
    t.string "name"
    apply_defaults(t)
  end

  add_index "octopodes", ["name"], unique: true
  add_foreign_key "memberships", "accounts", on_delete: :cascade
  add_foreign_key "orders", "octopodes", primary_key: "octopus_key", on_delete: :nullify
  add_foreign_key "accounts_octopodes", "accounts", column: "account_id"
end

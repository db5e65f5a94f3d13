ActiveRecord::Schema.define(version: 1) do
  create_table "jobs", force: true do |t|
    t.string  "queue", default: "low", null: false
    t.integer "priority"
  end

  add_index "jobs", ["queue"], name: "by_queue", using: :btree
end

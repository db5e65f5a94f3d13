class Product < ApplicationRecord
  belongs_to :farm
  has_many :line_items, dependent: :restrict_with_error

  validates :name, presence: true
  validates :price_cents, numericality: { only_integer: true, greater_than: 0 }
end

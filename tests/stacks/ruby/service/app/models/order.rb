class Order < ApplicationRecord
  STATES = %w[placed paid shipped cancelled].freeze

  belongs_to :account
  has_many :line_items, dependent: :destroy

  validates :state, inclusion: { in: STATES }
end

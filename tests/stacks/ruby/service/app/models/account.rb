class Account < ApplicationRecord
  has_secure_password

  has_many :farms, foreign_key: :owner_id, inverse_of: :owner, dependent: :destroy
  has_many :orders, dependent: :restrict_with_error

  enum :role, { customer: 0, farmer: 1, admin: 2 }

  normalizes :email, with: ->(email) { email.strip.downcase }
  validates :email, presence: true, uniqueness: true
end

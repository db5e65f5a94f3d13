class Farm < ApplicationRecord
  belongs_to :owner, class_name: "Account"
  has_many :products, dependent: :destroy

  validates :name, presence: true, length: { maximum: 120 }
end

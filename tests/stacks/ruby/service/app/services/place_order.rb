class PlaceOrder
  class OutOfStock < StandardError; end

  def initialize(account)
    @account = account
  end

  def call(items)
    Order.transaction do
      order = @account.orders.create!(state: "placed", payment_reference: SecureRandom.uuid)
      items.each { |item| add(order, item) }
      order
    end
  end

  private

  def add(order, item)
    product = Product.lock.find(item[:product_id])
    quantity = item[:quantity].to_i
    raise OutOfStock, "#{product.name} is sold out" if product.stock < quantity

    product.update!(stock: product.stock - quantity)
    order.line_items.create!(product: product, quantity: quantity, unit_price_cents: product.price_cents)
  end
end

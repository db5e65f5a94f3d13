class ReceiptJob < ApplicationJob
  queue_as :mail

  retry_on Net::OpenTimeout, wait: :polynomially_longer, attempts: 5

  def perform(order_id)
    order = Order.find(order_id)
    ReceiptMailer.with(order: order).receipt.deliver_now
  end
end

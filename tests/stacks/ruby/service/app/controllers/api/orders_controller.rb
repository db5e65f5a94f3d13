require "csv"

module Api
  class OrdersController < ApplicationController
    def index
      orders = current_account.orders.order(created_at: :desc)
      render json: orders.map { |order|
        { id: order.id, state: order.state, total: order.line_items.sum(&:total_cents) }
      }
    end

    def show
      render json: current_account.orders.find(params[:id]), include: :line_items
    end

    def create
      order = PlaceOrder.new(current_account).call(params.require(:items))
      ReceiptJob.perform_later(order.id)
      render json: order, status: :created
    rescue PlaceOrder::OutOfStock => e
      render json: { error: e.message }, status: :conflict
    end

    def cancel
      order = current_account.orders.find(params[:id])
      order.update!(state: "cancelled")
      render json: order
    end

    def export
      rows = Order.includes(:line_items).map { |order| [order.id, order.account_id, order.state] }
      render plain: rows.map(&:to_csv).join, content_type: "text/csv"
    end
  end
end

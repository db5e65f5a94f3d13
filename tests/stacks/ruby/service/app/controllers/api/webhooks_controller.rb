module Api
  class WebhooksController < ApplicationController
    skip_before_action :authenticate!

    def payments
      order = Order.find_by!(payment_reference: params[:reference])
      order.update!(state: params[:status])
      head :ok
    end
  end
end

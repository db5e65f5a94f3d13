module Api
  class AccountsController < ApplicationController
    skip_before_action :authenticate!

    def create
      account = Account.create!(params.permit(:email, :password, :role))
      render json: { id: account.id, email: account.email }, status: :created
    end
  end
end

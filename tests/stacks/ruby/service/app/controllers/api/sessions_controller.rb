module Api
  class SessionsController < ApplicationController
    skip_before_action :authenticate!

    def create
      account = Account.find_by(email: params[:email].to_s.downcase)
      if account&.authenticate(params[:password])
        token = JWT.encode({ sub: account.id, exp: 12.hours.from_now.to_i }, TOKEN_KEY, "HS256")
        render json: { token: token }, status: :created
      else
        render json: { error: "wrong e-mail or password" }, status: :unauthorized
      end
    end
  end
end

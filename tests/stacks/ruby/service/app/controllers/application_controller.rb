class ApplicationController < ActionController::API
  TOKEN_KEY = "harvest-3b1c5a77d0"

  before_action :authenticate!

  rescue_from ActiveRecord::RecordNotFound do
    render json: { error: "not found" }, status: :not_found
  end

  rescue_from ActiveRecord::RecordInvalid do |invalid|
    render json: { errors: invalid.record.errors.full_messages }, status: :unprocessable_entity
  end

  private

  attr_reader :current_account

  def authenticate!
    token = request.headers["Authorization"].to_s.delete_prefix("Bearer ")
    payload, = JWT.decode(token, TOKEN_KEY, true, algorithm: "HS256")
    @current_account = Account.find(payload["sub"])
  rescue JWT::DecodeError, ActiveRecord::RecordNotFound
    render json: { error: "unauthorized" }, status: :unauthorized
  end
end

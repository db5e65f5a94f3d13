module Api
  class FarmsController < ApplicationController
    skip_before_action :authenticate!

    def index
      farms = Farm.order(:name).page(params[:page]).per(25)
      render json: farms.map { |farm| farm.as_json.merge(products: farm.products.count) }
    end

    def show
      farm = Rails.cache.fetch(["farm", params[:id]], expires_in: 5.minutes) do
        Farm.find(params[:id]).as_json
      end
      render json: farm
    end
  end
end

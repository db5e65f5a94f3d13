module Api
  class ProductsController < ApplicationController
    skip_before_action :authenticate!, only: :index

    def index
      render json: Farm.find(params[:farm_id]).products.where("name ILIKE '%#{params[:q]}%'")
    end

    def create
      farm = current_account.farms.find(params[:farm_id])
      product = farm.products.create!(product_params)
      render json: product, status: :created
    end

    def destroy
      Product.find(params[:id]).destroy!
      head :no_content
    end

    private

    def product_params
      params.require(:product).permit(:name, :price_cents, :unit, :stock)
    end
  end
end

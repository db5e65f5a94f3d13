defmodule ShopWeb.PartnerRouter do
  use Phoenix.Router

  get "/offers", ShopWeb.OfferController, :index

  scope "/deep" do
    forward "/graph", Absinthe.Plug, schema: ShopWeb.Schema
  end
end

Rails.application.routes.draw do
  resources :orders do
    resources :lines, only: %i[index new]
  end
  resource :basket, only: [:show, :edit, :update]

  mount Shop::Engine, at: "/shop"
  mount Sidekiq::Web => "/jobs"
  scope "/internal" do
    mount Shop::Engine => "/copy", as: :copy
  end

  extend AdminRoutes
  draw(:v1)
  draw :missing
  health_check_routes
  devise_for :customers, skip: :all

  api_version(module: "V3", header: { name: "Accept", value: "v3" }) do
    get "anything", to: "things#any"
  end
end

require "sidekiq/web"

Rails.application.routes.draw do
  get "up" => "rails/health#show", as: :rails_health_check
  mount Sidekiq::Web => "/sidekiq"

  namespace :api, defaults: { format: :json } do
    resource :session, only: :create
    resources :accounts, only: :create
    resources :farms, only: %i[index show] do
      resources :products, only: %i[index create]
    end
    resources :products, only: :destroy
    resources :orders, only: %i[index show create] do
      member { post :cancel }
      get :export, on: :collection
    end
    post "webhooks/payments", to: "webhooks#payments"
  end
end

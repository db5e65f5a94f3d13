Shop::Engine.routes.draw do
  root to: "catalog#index"
  resources :products, only: %i[index edit]
end

Rails.application.routes.append do
  get "appended", to: "late#show"
end

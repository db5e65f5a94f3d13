# frozen_string_literal: true

require "sidekiq/web"

READS = %i[index show].freeze

Rails.application.routes.draw do
  root to: "home#index"
  get "up" => "rails/health#show", as: :rails_health_check
  get "about", "imprint", controller: :pages
  get "help/contact"
  match "search", to: "search#run", via: %i[get post]
  match "/anything" => "catch#all", via: :all
  get "/old", to: redirect("/new")
  get "photos(/:year(/:month))", to: "photos#archive"
  get "files/*path", to: "files#show", format: false
  get "export.:format" => "exports#show"
  get :status, to: "status#show", constraints: { subdomain: "api" }
  put "/settings", action: :update, controller: "settings"
  options "/cors", to: "cors#preflight"
  post :ping, controller: "pings", action: "create"

  resources :users do
    member do
      post :follow
      get "avatar/:size", action: :avatar
    end
    collection { get :search }
    get :recent, on: :collection
    delete :ban, on: :member
    get :preview, on: :new
    get :timeline
    resource :profile, only: %i[show update]
    resources :posts, param: :slug, shallow: true do
      resources :comments, only: READS
    end
    root to: "users#welcome"
  end

  resources :people, :categories, only: :index
  resources :statuses, except: [:new, :edit, :destroy] do
    resources :boxes, only: [:show]
  end
  resources :data, :staff, only: [:show] do
    resources :notes, only: :create
  end
  resources :news, path: "nachrichten", as: :articles, path_names: { new: "neu", edit: "aendern" } do
    resources :links, only: :index
  end
  resource :session, only: [:new, :create, :destroy], path_names: { new: "login" }
  resource :account do
    get :billing
    post :close, on: :member
    resources :keys, only: %w[index create]
  end
  resources :orders, controller: "shop/orders", constraints: { id: /\d+/ }, id: /\d+/, only: READS - [:index]
  resources "magazines", module: "press" do
    resources :ads, only: :index
  end

  namespace :admin do
    root "dashboard#index"
    resources :reports, only: :index, concerns: []
    get "logs/:day", to: "logs#show"
    namespace :v2, path: "second", module: "two" do
      resources :things, only: :show
    end
    get :health
    post "queue/flush"
  end

  scope "/api", module: :api, defaults: { format: :json } do
    scope :v1, as: :v1 do
      resources :tokens, only: %i[create destroy], param: :key
      get "me", to: "/sessions#me"
    end
    scope path: "v2", controller: :widgets do
      get "widgets", action: :list
      post "widgets/:id/run" => :run
    end
  end
  scope "(:locale)", locale: /en|de/ do
    resources :pages, only: :show
  end
  scope path_names: { new: "neu" } do
    resources :tickets, only: %i[new]
  end
  scope shallow_path: "s", shallow: true do
    resources :albums, only: :index do
      resources :tracks, only: READS
    end
  end
  scope only: [:index] do
    resources :likes
    resources :hearts, only: :show
  end

  concern :commentable do |options|
    resources :remarks, { only: :index }.merge(options)
  end
  concern(:imageable) { resources :images, only: :create }
  resources :events, only: :show, concerns: :imageable do
    concerns :commentable, only: %i[index destroy]
  end
  resources :venues, only: [], concerns: %i[commentable imageable]

  shallow do
    resources :teams, only: :index do
      resources :players, only: %i[index show] do
        resources :goals, only: %i[create destroy]
      end
    end
  end

  %w[terms privacy].each do |page|
    get page, to: "legal##{page}"
    get "/legal/#{page}/print", to: "legal#print"
  end
  { jobs: "careers", press: "media" }.each { |path, target| get path.to_s, to: "#{target}#index" }
  [:get, :post].each do |verb|
    send(verb, "hook", to: "hooks#x")
  end

  with_options only: :index do |list|
    list.resources :countries
    list.resources :cities, path: "towns"
  end
  controller :carts do
    get "cart", action: :show
    delete "cart" => :destroy
  end
  constraints(lambda { |request| request.subdomain == "m" }) do
    get "mobile", to: "mobile#index"
  end
  constraints subdomain: "x" do
    resources :exes, only: :index
  end
  defaults format: "json" do
    get "feed", to: "feeds#show"
  end
  if Rails.env.development?
    get "letters", to: "letters#index"
  else
    get "nothing", to: "letters#none"
  end
  get "maybe", to: "maybe#x" unless ENV["CLOSED"]
  get "rack", to: ->(_env) { [200, {}, ["ok"]] }
  get "app/:id", to: HealthApp

  authenticate :user, ->(user) { user.admin? } do
    mount Sidekiq::Web => "/sidekiq"
    get "secret", to: "secrets#show"
  end
  devise_for :users, path: "auth"
  direct(:homepage) { "https://example.com" }
  resolve("Basket") { [:basket] }

  def legacy(name)
    get "legacy/#{name}", to: "legacy##{name}"
  end
  legacy :one
  legacy "two"

  draw :partner
  get ENV.fetch("SECRET_PATH"), to: "secret#computed"
  scope ENV["PREFIX"] do
    get "tail", to: "tail#show"
  end
  get "*unmatched", to: "errors#missing"
end

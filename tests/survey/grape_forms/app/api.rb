require "grape"

module Shop
  class Base < Grape::API
    format :json
  end

  class Health < Grape::API
    get :health do
      { ok: true }
    end
    get { "root" }
  end

  class Users < Base
    resource :users do
      desc "Lists users"
      params do
        optional :page, type: Integer
      end
      get do
        []
      end

      post { {} }

      route_param :id, type: Integer do
        get { {} }
        put "name" do
          {}
        end
        namespace :keys do
          delete ":key_id" do
            {}
          end
        end
      end

      get "search/:term", requirements: { term: /.+/ } do
        []
      end
    end

    group :admin do
      patch ["/lock", "/unlock"] do
        {}
      end
    end
  end

  class Old < Grape::API
    version "v0", using: :path
    get "ping" do
      "pong"
    end
  end

  class Headers < Grape::API
    version "v9", using: :header, vendor: "shop"
    segment :things do
      get "/:id" do
        {}
      end
    end
  end

  class Api < Grape::API
    prefix :api
    version "v1", "v2", using: :path

    mount Shop::Users
    mount Health
    mount Old => "/legacy"
    mount Headers

    %w[red blue].each do |color|
      get color do
        color
      end
    end

    route [:get, :post], "both" do
      {}
    end
    route :any, "*path" do
      error!("not found", 404)
    end
    options "cors" do
      {}
    end
  end
end

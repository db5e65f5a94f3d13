require "sinatra/base"
require "sinatra/namespace"

module Pings
  def self.registered(app)
    app.get "/ping" do
      "pong"
    end
  end
end

class ApplicationController < Sinatra::Base
  register Pings

  configure :development do
    get "/debug" do
      "debug"
    end
  end

  before "/private/*" do
    halt 401
  end

  get "/" do
    erb :index
  end

  not_found { "nothing" }
end

class PagesController < ApplicationController
  get "/pages/?" do
    erb :pages
  end

  get "/pages/:id.?:format?" do
    erb :page
  end

  get "/archive/:year/?:month?" do
    erb :archive
  end

  post("/pages", provides: :json) { "{}" }
  delete "/pages/:id", &:destroyed

  get %r{/numbers/(\d+)} do |number|
    number
  end

  %w[terms privacy].each do |name|
    get "/#{name}" do
      erb name.to_sym
    end
  end

  def fetch
    get "https://example.com/never"
    client.post("/never") { |request| request.body = 1 }
  end
end

module Api
  class Items < Sinatra::Application
    register Sinatra::Namespace

    namespace "/items" do
      get("/?") { "[]" }
      put "/:id" do
        "{}"
      end

      namespace "/:id" do
        patch "/name" do
          "{}"
        end
      end
    end
  end

  class Stats < ::Sinatra::Base
    options "/stats" do
      200
    end

    get "/files/*" do
      params["splat"]
    end
  end
end

class Tools < Sinatra::Base
  link "/links" do
    204
  end
end

class Hidden < Sinatra::Base
  get "/hidden" do
    "?"
  end
end

require_relative "app/api"

use Rack::CommonLogger

map "/shop" do
  run Shop::Api
end

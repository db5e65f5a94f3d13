require "./app/application"

use Rack::MethodOverride
use PagesController

map "/api" do
  map("/v1") { run Api::Items.new }
  run Api::Stats
end

run Rack::URLMap.new("/" => ApplicationController, "/tools" => Tools.new)

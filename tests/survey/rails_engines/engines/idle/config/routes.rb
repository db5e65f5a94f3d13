module Idle
  Engine.routes.draw do
    get "ping", to: "pings#show"
  end
end

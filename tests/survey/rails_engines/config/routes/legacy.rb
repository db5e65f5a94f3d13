Store::Application.routes.draw do
  get "old/:id(.:format)", to: "old#show"
end

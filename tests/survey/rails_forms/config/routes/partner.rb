namespace :partner do
  resources :offers, only: %i[index update]
end

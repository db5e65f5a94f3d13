# frozen_string_literal: true

namespace :v1 do
  concern :archivable do
    post :archive, on: :member
  end

  resources :invoices, only: :show, concerns: :archivable
end

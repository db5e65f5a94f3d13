module AdminRoutes
  def self.extended(router)
    router.instance_exec do
      namespace :admin do
        resources :users, only: :index
      end
    end
  end
end

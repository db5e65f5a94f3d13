defmodule ShopWeb.Router do
  use ShopWeb, :router

  import Phoenix.LiveDashboard.Router
  alias ShopWeb.Hooks
  alias ShopWeb.Legacy.OldController, as: Old

  @reads [:index, :show]
  @base "/static"

  pipeline :browser do
    plug :accepts, ["html"]
    plug :fetch_session
  end

  pipeline :api do
    plug :accepts, ["json"]
  end

  scope "/", ShopWeb do
    pipe_through :browser

    get "/", PageController, :home
    get("/about", PageController, :about, as: :about_page)
    live "/basket", BasketLive
    live "/items/:id/edit", ItemLive.Edit, :edit
    match :*, "/anything", CatchController, :all
    match :options, "/cors", CorsController, :preflight
    get @base <> "/:name", PageController, :static
    get "/files/*path", FileController, :show
    head "/up", PageController, :up

    resources "/products", ProductController, only: @reads do
      resources "/reviews", ReviewController, except: [:new, :edit, :delete, :index, :show]
      get "/stock", StockController, :show
    end

    resources "/profile", ProfileController, singleton: true, only: [:show, :update] do
      resources "/avatars", AvatarController, only: [:create]
    end

    resources "/posts", BlogPostController, param: "slug", only: [:show] do
      post "/like", LikeController, :create
    end

    resources "/tags", TagController, name: "label", only: [:delete] do
      resources "/uses", UseController, only: [:index]
    end

    live_session :admin, on_mount: [Hooks] do
      scope "/admin", Admin, as: :admin do
        live "/", DashboardLive, :index
        resources "/users", UserController, only: [:index]
      end
    end
  end

  scope path: "/api", alias: ShopWeb.API, as: :api do
    pipe_through [:api]

    scope "/v1", V1 do
      resources "/orders", OrderController
      patch "/orders/:id/ship", OrderController, :ship
    end

    scope "/", alias: false do
      put "/raw", ShopWeb.RawController, :put
    end

    for prefix <- ["/", "/teams/:team"] do
      scope prefix do
        delete "/keys/:name", KeyController, :delete
      end
    end

    for {path, action} <- [{"/sum", :sum}, {"/mean", :mean}], do: get(path, StatController, action)

    for verb <- [:get, :post] do
      match verb, "/hook", HookController, :receive
    end
  end

  scope "/auth" do
    for provider <- ~w(github gitlab)a do
      get "/#{provider}/callback", ShopWeb.AuthController, provider
    end

    post "/old", Old, :create
  end

  if Mix.env() == :dev do
    scope "/dev" do
      pipe_through :browser
      live_dashboard "/dashboard"
      forward "/mailbox", Plug.Swoosh.MailboxPreview
    end
  else
    get "/closed", ShopWeb.PageController, :closed
  end

  forward "/partner", ShopWeb.PartnerRouter

  scope Application.compile_env(:shop, :prefix) do
    get "/tail", ShopWeb.PageController, :tail
  end

  get Application.compile_env(:shop, :path), ShopWeb.PageController, :computed

  def helper(conn, _opts), do: get(conn, "/never")
end

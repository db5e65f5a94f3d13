defmodule Api.Router do
  use Plug.Router
  use Plug.ErrorHandler

  plug :match
  plug :dispatch

  get "/" do
    send_resp(conn, 200, "ok")
  end

  get "/hello/:name" when byte_size(name) < 9 do
    send_resp(conn, 200, name)
  end

  post "/users", to: Api.Users, init_opts: [role: :admin]
  put("/users/:id", do: send_resp(conn, 200, id))
  patch "/users/:id", host: "admin." do
    send_resp(conn, 204, "")
  end

  match "/both", via: [:get, :post] do
    send_resp(conn, 200, "")
  end

  match "/single", via: :delete, to: Api.Single

  match "/every" do
    send_resp(conn, 200, "")
  end

  options "/cors" do
    send_resp(conn, 204, "")
  end

  get "/files/*rest" do
    send_resp(conn, 200, Enum.join(rest))
  end

  get "/prefix-:id" do
    send_resp(conn, 200, id)
  end

  forward "/v2", to: Api.V2
  forward("/graphql", to: Absinthe.Plug, init_opts: [schema: Api.Schema])
  forward @computed, to: Unknown.Plug

  match _ do
    send_resp(conn, 404, "oops")
  end
end

defmodule Api.V2 do
  use Plug.Router

  plug :match
  plug :dispatch

  get "/things" do
    send_resp(conn, 200, "")
  end

  forward "/inner", to: Api.Inner
end

defmodule Api.Inner do
  use Plug.Router

  head "/nothing", to: Api.Nothing
  delete "/things/:id", to: Api.Things
  forward "/again", to: Api.V2
end

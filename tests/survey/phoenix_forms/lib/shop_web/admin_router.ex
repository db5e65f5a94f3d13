defmodule ShopWeb.AdminRouter do
  use ShopWeb, :admin_router

  ash_live_session :staff, otp_app: :shop do
    live "/staff", StaffLive
  end

  within_tenant do
    get "/tenant", TenantController, :show
  end
end

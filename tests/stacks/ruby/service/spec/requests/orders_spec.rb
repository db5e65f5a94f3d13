require "rails_helper"

RSpec.describe "Orders" do
  let(:account) { create(:account) }

  it "refuses a caller without a token" do
    get "/api/orders"
    expect(response).to have_http_status(:unauthorized)
  end

  it "lists the caller's orders" do
    create(:order, account: account)
    get "/api/orders", headers: bearer(account)
    expect(response.parsed_body.size).to eq(1)
  end
end

class Rack::Attack
  throttle("logins/ip", limit: 5, period: 60) do |request|
    request.ip if request.path == "/api/session" && request.post?
  end
end

require 'sinatra'
require 'json'

set :port, 3000

get '/' do
  'home'
end

get '/hello/:name' do |name|
  "Hello #{name}"
end

post '/items' do
  status 201
end

if settings.development?
  get '/dev' do
    'dev'
  end
end

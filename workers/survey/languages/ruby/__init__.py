"""Ruby: routes of Rails, Sinatra and Grape; tables of schema.rb and of migrations."""

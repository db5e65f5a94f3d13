ActiveSupport::Inflector.inflections(:en) do |inflect|
  inflect.irregular "octopus", "octopodes"
end

ActiveSupport::Inflector.inflections(:en) do |inflect|
  inflect.irregular "datum", "data"
  inflect.uncountable %w[staff]
end

get "never", to: "never#drawn"

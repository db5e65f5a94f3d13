def includeme(config):
    config.include(".users", route_prefix="users")
    config.add_route("admin", "/dashboard")
    with config.route_prefix_context("/inside"):
        config.add_route("inside", "/it")

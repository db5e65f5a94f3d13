def includeme(config):
    config.include(".users", route_prefix="users")
    config.add_route("admin", "/dashboard")

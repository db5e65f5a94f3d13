PREFIX = "/v1"


def includeme(config):
    config.add_route("home", "/")
    config.add_route("item", "/items/{id:\\d+}")
    config.add_route("items", pattern=PREFIX + "/items")
    config.add_route("files", "/files/*path")
    config.add_route("old", "/old/:name")
    config.add_route("posted", "/posted", request_method="POST")
    config.add_route("link", "https://example.com/{x}", static=True)
    config.add_route("nobody", "/nobody/answers")
    config.add_route("computed", config.registry.settings["path"])
    config.add_route("methods", "/methods")
    config.add_route("custom", "/custom")

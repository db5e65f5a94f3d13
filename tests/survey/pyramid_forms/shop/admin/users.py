from pyramid.view import view_config


def includeme(config):
    config.add_route("users", "/all")
    config.add_route("user", "/{name}")


@view_config(route_name="users", request_method="GET")
def users(request):
    return []


@view_config(route_name="user", request_method="GET")
def user(request):
    return {}


@view_config(route_name="inside", request_method="GET")
@view_config(route_name="admin", request_method="GET")
def dashboard(request):
    return {}

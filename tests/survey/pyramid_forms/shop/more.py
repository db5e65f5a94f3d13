from pyramid.view import view_config


def includeme(config):
    config.add_route("more", "/more")


def only_this(config):
    config.add_route("only", "/this")


@view_config(route_name="more", request_method="GET")
@view_config(route_name="only", request_method="GET")
def view(request):
    return {}

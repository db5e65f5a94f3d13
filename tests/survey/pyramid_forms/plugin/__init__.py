from pyramid.view import view_config


@view_config(route_name="plugged", request_method="GET")
def plugged(request):
    return {}


def includeme(config):
    config.add_route("plugged", "/plugged")

from pyramid.config import Configurator

from . import more
from .plain import plain_view


def main(global_config, **settings):
    with Configurator(settings=settings) as config:
        config.include("pyramid_jinja2")
        config.include(".routes")
        config.include("shop.admin", route_prefix="/admin")
        config.include(more)
        config.include(more.only_this, route_prefix="only")
        config.add_static_view("static", "static")
        config.add_route("plain", "plain/{name}")
        config.add_view(plain_view, route_name="plain", request_method="GET", renderer="json")
        config.scan()
        return config.make_wsgi_app()

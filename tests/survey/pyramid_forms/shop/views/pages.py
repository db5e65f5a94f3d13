from pyramid.view import notfound_view_config, view_config, view_defaults

from ..decorators import api_config

ROUTE = "items"


@view_config(route_name="home", renderer="home.html")
def home(request):
    return {}


@view_config(route_name="item", request_method="GET")
@view_config(route_name="item", request_method=("PUT", "PATCH"), permission="edit")
def item(request):
    return {}


@view_defaults(route_name=ROUTE)
class Items:
    def __init__(self, request):
        self.request = request

    @view_config(request_method="GET", permission="view")
    def listed(self):
        return []

    @view_config(request_method="POST")
    def made(self):
        return {}


@view_config(route_name="files")
@view_config(route_name="old", request_method="DELETE")
class Page:
    def __call__(self):
        return {}


@view_config(route_name="posted")
@view_config(route_name="computed")
def posted(request):
    return {}


@view_config(route_name="methods", request_method="HEAD")
@notfound_view_config(append_slash=True)
def methods(request):
    return {}


@api_config(versions=["v1"], route_name="custom", request_method="OPTIONS")
def custom(request):
    return {}


@view_config(context="shop.models.Thing")
def by_context(request):
    return {}

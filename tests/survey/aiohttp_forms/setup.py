from handlers import Site

from aiohttp import web


async def hello(request):
    return web.Response()


ROUTES = [
    ("GET", "/p", hello),
    ("POST", "/q", hello),
]


def setup_routes(app: web.Application) -> None:
    site = Site()
    add_route = app.router.add_route
    add_route("GET", "/o", hello)
    for route in ROUTES:
        app.router.add_route(route[0], route[1], route[2])
    app.router.add_get("/r", site.index)
    app.router.add_patch("/s/{year}-{month}", site.index)


def left_alone(app: web.Application) -> None:
    app.router.add_get("/unmounted", hello)


class Versions:
    def add(self):
        self.versions["v1"].add_routes([web.get("/by/version", hello)])

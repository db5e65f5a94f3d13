from aiohttp import web

import aiohttp_cors

from admin import admin
from health import routes as health_routes
from setup import setup_routes

PREFIX = "/v1"
routes = web.RouteTableDef()


async def handler(request):
    return web.json_response([])


@routes.get("/items")
async def items(request):
    return web.json_response([])


@routes.post(f"{PREFIX}/items")
async def make(request):
    return web.json_response({})


@routes.route("PATCH", "/items/{id:\\d+}")
async def patch(request):
    return web.json_response({})


@routes.route("*", "/anything")
async def anything(request):
    return web.json_response({})


@routes.view("/users/{name}")
class UserView(web.View):
    async def get(self):
        return web.Response()

    async def put(self):
        return web.Response()

    async def _load(self):
        return None


class Base(web.View):
    async def delete(self):
        return web.Response()


class Child(Base):
    async def get(self):
        return web.Response()


def main():
    app = web.Application()
    app.router.add_get("/a", handler)
    app.router.add_post("/b", handler, name="b")
    app.router.add_route("PUT", "/c/{tail:.*}", handler)
    app.router.add_route("*", "/d", handler)
    app.router.add_view("/e", Child)
    app.router.add_route("*", "/f", Child)
    app.router.add_static("/static", "static")
    app.add_routes([web.get("/g", handler), web.delete("/h", handler)])
    app.add_routes([
        web.view("/i", Child),
        web.route("GET", "/j", handler),
        web.static("/files", "files"),
        *[web.head("/k", handler)],
    ])
    app.add_routes(routes)
    app.router.add_routes(health_routes)
    resource = app.router.add_resource("/l")
    resource.add_route("GET", handler)
    resource.add_route("POST", handler)
    cors = aiohttp_cors.setup(app)
    cors.add(app.router.add_get("/m", handler), {"*": None})
    shared = cors.add(app.router.add_resource("/n"))
    cors.add(shared.add_route("GET", handler))
    app.router.add_get(request.path, handler)
    app.add_subapp("/admin/", admin)
    setup_routes(app)
    web.run_app(app)

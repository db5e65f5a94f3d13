from aiohttp import web


async def handler(request: web.Request) -> web.Response:
    if request.headers.get("X-Token") is None:
        raise web.HTTPUnauthorized()
    return web.Response()


admin = web.Application()
admin.router.add_get("/users", handler)
admin.router.add_delete("/users/{id}", handler)

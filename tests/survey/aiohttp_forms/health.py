from aiohttp import web


async def live(request):
    return web.Response()


routes = [
    web.get("/health", live),
    web.options("/health", live),
]

from aiohttp import ClientSession, web


class Site:
    async def index(self, request):
        async with ClientSession() as session:
            await session.get("/not/a/route")
        return web.Response()

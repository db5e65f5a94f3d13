import aiohttp


async def fetch(app):
    async with aiohttp.ClientSession() as session:
        async with session.get("/remote") as response:
            session.post("/other")
            return await response.json()

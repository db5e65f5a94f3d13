from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.routing import Mount, Route, WebSocketRoute


async def home(request): ...


class Orders(HTTPEndpoint):
    async def get(self, request): ...

    async def post(self, request): ...


api = [
    Route("/orders/{id:int}", Orders),
    WebSocketRoute("/ws", home),
]
app = Starlette(
    routes=[
        Route("/", home),
        Route("/send", home, methods=["POST"]),
        Mount("/api", routes=api),
    ]
)
app.add_route("/late", home)

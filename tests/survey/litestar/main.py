from litestar import Controller, Litestar, Router, get, post, route

from guards import requires_auth


@get(["/", "/home"])
async def home() -> str: ...


class Orders(Controller):
    path = "/orders"

    @get()
    async def listed(self) -> list[str]: ...

    @post("/{order_id:int}/pay", status_code=202, guards=[requires_auth])
    async def pay(self, order_id: int, data: dict) -> None: ...


@route("/both", http_method=["GET", "POST"])
async def both() -> None: ...


api = Router("/api", route_handlers=[Orders, both])
app = Litestar(route_handlers=[home, api])

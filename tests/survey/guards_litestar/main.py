from litestar import Controller, Litestar, Router, delete, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler


def known(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    if not connection.user:
        raise NotAuthorizedException()


def superuser(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    if connection.user is None or not connection.user.is_superuser:
        raise PermissionDeniedException()


def counted(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    connection.state.count = 1


class Orders(Controller):
    path = "/orders"
    guards = [known]

    @get()
    async def listed(self) -> list[str]:
        return []

    @delete("/{order_id:int}", guards=[superuser])
    async def remove(self, order_id: int) -> None: ...


@get("/guards", guards=[counted])
async def guards() -> list[str]:
    return []


@post("/login", security=[{"bearer": []}])
async def login() -> str:
    return ""


@get("/stats")
async def stats() -> str:
    return ""


internal = Router(path="/internal", route_handlers=[stats], guards=[superuser])
app = Litestar(route_handlers=[Orders, guards, login, internal])

from fastapi import FastAPI

from app import routers
from app.admin import make_router
from app.config import settings


def create_app() -> FastAPI:
    app = FastAPI()
    for router, prefix in [(routers.items.router, ""), (routers.users_router, "/users")]:
        app.include_router(router, prefix=settings.API_V1 + prefix)
    for name in ("one", "two"):
        app.include_router(make_router(name), prefix=f"{settings.admin_prefix}")
    sub = FastAPI()

    @sub.get("/health")
    def health(): ...

    app.mount("/sub", sub)
    return app

from fastapi import APIRouter


def make_router(name: str) -> APIRouter:
    router = APIRouter()

    @router.get(f"/{name}/stats")
    def stats(): ...

    return router

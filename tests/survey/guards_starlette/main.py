from starlette.applications import Starlette
from starlette.authentication import requires
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route


class KeyMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        if request.headers.get("x-key") != "secret":
            return JSONResponse({"detail": "no"}, status_code=401)
        return await call_next(request)


class TimingMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        response = await call_next(request)
        response.headers["x-time"] = "0"
        return response


async def authors(request):
    return JSONResponse([])


@requires("authenticated")
async def account(request):
    return JSONResponse([])


async def login(request):
    return JSONResponse([])


inner = Starlette(routes=[Route("/jobs", authors)], middleware=[Middleware(KeyMiddleware)])
app = Starlette(
    routes=[
        Route("/authors", authors),
        Route("/account", account),
        Route("/auth/login", login, methods=["POST"]),
        Mount("/internal", app=inner),
    ],
    middleware=[Middleware(CORSMiddleware, allow_origins=["*"]), Middleware(TimingMiddleware)],
)

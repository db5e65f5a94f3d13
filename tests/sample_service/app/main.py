"""The application: routers, error format, CORS."""

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

from app import orders, users
from app.errors import ServiceError

app = FastAPI(title="Sample service")
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_credentials=True)
app.include_router(users.router, prefix="/api/v1")
app.include_router(orders.router, prefix="/api/v1")


@app.exception_handler(ServiceError)
async def service_error(request: Request, error: ServiceError) -> JSONResponse:
    return JSONResponse({"error": {"code": error.code, "message": str(error)}}, error.status)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}

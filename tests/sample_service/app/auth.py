"""Bearer tokens: who is calling."""

import os

import jwt
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.errors import ServiceError

SECRET = os.environ["JWT_SECRET"]
bearer = HTTPBearer()


async def current_user(token: HTTPAuthorizationCredentials = Depends(bearer)) -> int:
    try:
        claims = jwt.decode(token.credentials, SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise ServiceError(401, "INVALID_TOKEN", "the token is not valid") from None
    return int(claims["sub"])

import settings
from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer
from jose import JWTError, jwt

scheme = OAuth2PasswordBearer(tokenUrl="/login", auto_error=False)


def get_current_user(token: str | None = Depends(scheme)):
    refusal = HTTPException(status_code=401, detail="No.")
    try:
        payload = jwt.decode(token, "key")
    except JWTError:
        raise refusal
    return payload


def get_optional_user(token: str | None = Depends(scheme)):
    if token is None:
        return None
    return get_current_user(token)


def open_registration():
    if not settings.REGISTRATION_IS_OPEN:
        raise HTTPException(status_code=403, detail="Closed.")


class RoleChecker:
    def __init__(self, roles):
        self.roles = roles

    def __call__(self, user=Depends(get_current_user)):
        if user["role"] not in self.roles:
            raise HTTPException(403)

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Security, status
from fastapi.security import APIKeyHeader, HTTPBearer, OAuth2PasswordBearer

from fastapi_utils.cbv import cbv

from audit import router as audit
from checks import RoleChecker, get_current_user, get_optional_user, open_registration

scheme = OAuth2PasswordBearer(tokenUrl="/login")
lenient = OAuth2PasswordBearer(tokenUrl="/login", auto_error=False)
app = FastAPI()
admin = APIRouter(prefix="/admin", dependencies=[Depends(RoleChecker(["admin"]))])
permissions = APIRouter(prefix="/permissions")
CurrentUser = Annotated[dict, Depends(get_current_user)]


def get_session():
    yield {}


@app.post("/login")
def login(name: str, password: str, db=Depends(get_session)):
    """Whoever has the wrong password is refused; nobody is asked before."""
    return {"token": name}


@app.get("/by-scheme")
def by_scheme(token: str = Depends(scheme)):
    return token


@app.get("/by-lenient-scheme")
def by_lenient_scheme(token: str | None = Depends(lenient)):
    return token


@app.get("/by-default")
def by_default(user=Depends(get_current_user)):
    return user


@app.get("/by-annotation")
def by_annotation(user: CurrentUser):
    return user


@app.get("/by-annotation-here")
def by_annotation_here(user: Annotated[dict, Security(get_current_user, scopes=["me"])]):
    return user


@app.get("/by-optional")
def by_optional(user=Depends(get_optional_user)):
    return user


@app.get("/in-route", dependencies=[Depends(HTTPBearer())])
def in_route():
    return 1


@app.post("/signup", dependencies=[Depends(open_registration)])
def signup():
    return 1


@app.get("/documented", openapi_extra={"security": [{"bearer": []}]}, responses={401: {}})
def documented():
    """Requires authentication, says the documentation alone."""
    return 1


@app.get("/in-handler")
def in_handler(request: Request):
    if not request.headers.get("x-key"):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED)
    return 1


@admin.get("/users")
def users():
    return []


@permissions.get("/{name}")
def permission(name: str):
    return name


@permissions.delete("/{name}")
def remove_permission(name: str, key: str = Depends(APIKeyHeader(name="X-Key"))):
    return name


app.include_router(admin)
app.include_router(permissions)
app.include_router(audit, prefix="/audit", dependencies=[Depends(get_current_user)])


class Views:
    user: dict = Depends(get_current_user)


class OpenViews:
    session: dict = Depends(get_session)


views = APIRouter(prefix="/views")


@cbv(views)
class Things(Views):
    @views.get("/things")
    def things(self):
        return []


@cbv(views)
class OpenThings(OpenViews):
    @views.get("/open-things")
    def things(self):
        return []


app.include_router(views)

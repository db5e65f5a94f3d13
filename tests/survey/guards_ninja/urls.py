from django.urls import path
from ninja import NinjaAPI, Router
from ninja.security import HttpBearer, django_auth


class Key(HttpBearer):
    def authenticate(self, request, token):
        if token == "secret":
            return token


api = NinjaAPI(auth=Key())
open_api = NinjaAPI()
router = Router(auth=django_auth)


@api.get("/inherited")
def inherited(request):
    return 1


@api.get("/health", auth=None)
def health(request):
    return 1


@router.get("/mine")
def mine(request):
    return 1


@open_api.get("/auth")
def auth(request):
    return 1


@open_api.post("/write", auth=Key())
def write(request):
    return 1


open_api.add_router("/inside", router)
urlpatterns = [path("api/", api.urls), path("open/", open_api.urls)]

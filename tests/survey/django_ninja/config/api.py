from ninja import NinjaAPI

from events.api import router

api = NinjaAPI()
api.add_router("/events/", router)


@api.get("/hello")
def hello(request): ...

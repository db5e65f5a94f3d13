from ninja import NinjaAPI

from events.api import router

api = NinjaAPI()
api.add_router("/events/", router)


@api.get("/hello")
def hello(request): ...


@api.get("/years/{int:year}/{slug:name}")
def year(request, year: int, name: str): ...

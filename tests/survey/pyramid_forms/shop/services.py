from cornice import Service
from cornice.resource import resource, view

ping = Service(name="ping", path="/ping", description="Is it there")
values = Service("values", "/values/{key}")


@ping.get()
def get_ping(request):
    return {}


@values.put(validators=())
@values.get()
def value(request):
    return {}


@resource(collection_path="/books", path="/books/{id}")
class Books:
    def __init__(self, request, context=None):
        self.request = request

    def collection_get(self):
        return []

    @view(renderer="json")
    def get(self):
        return {}

    def delete(self):
        return {}

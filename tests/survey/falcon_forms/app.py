import falcon
import falcon.asgi
from falcon import App

from resources import Base, Images, Item, People

PREFIX = "/v1"


class Hello:
    def on_get(self, req, resp):
        resp.media = {}

    def on_head(self, req, resp):
        resp.status = falcon.HTTP_200


class Feed:
    async def on_websocket(self, req, ws):
        await ws.accept()


class Child(Base):
    def on_patch(self, req, resp, key):
        if req.auth is None:
            raise falcon.HTTPUnauthorized()


ROUTES = [
    ("/listed", Hello()),
    ("/listed/{key}", Child()),
]


def create_app(database):
    app = falcon.App(middleware=[])
    images = Images(database)
    app.add_route("/hello", Hello())
    app.add_route("/images", images)
    app.add_route("/images/{image_id:int}.jpeg", images, suffix="image")
    app.add_route(PREFIX + "/items/{item:uuid}", resource=Item())
    app.add_route("/people/{year:int(min=1900)}/{born:dt('%Y-%m-%d')}", People())
    app.add_route(f"{PREFIX}/keys/{{key}}", Child())
    for path, resource in ROUTES:
        app.add_route(path, resource)
    app.add_static_route("/static", "/var/static")
    app.add_sink(lambda req, resp: None, prefix="/sink")
    app.add_route(database.path, Hello())
    return app


def create_async():
    app = falcon.asgi.App()
    app.add_route("/feed", Feed())
    return app


older = falcon.API()
older.add_route("/older/{name}", Hello())
plain = application = App()
plain.add_route("/plain", Hello())


def register(app: falcon.App, prefix):
    app.add_route("/registered", Hello())


def modules(application):
    import listing

    application.add_route("/module", listing)


modules(older)

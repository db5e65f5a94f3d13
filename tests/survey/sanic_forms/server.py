from sanic import Blueprint, Sanic, text
from sanic.views import HTTPMethodView

from api import api
from shop import shop, stock

app = Sanic("shop")
admin = Blueprint("admin", url_prefix="/admin/")
admin.config = {}
PATH = "/constant"


@app.get("/")
async def index(request):
    return text("")


@app.get("/users/<user_id:int>")
async def user(request, user_id):
    return text("")


@app.post("/users/<name:[A-Za-z]{2,8}>/<rest:path>")
async def rest(request, name, rest):
    return text("")


@app.route("/both", methods=["GET", "POST"])
async def both(request):
    return text("")


@app.route(PATH)
async def constant(request):
    return text("")


@app.get("/versioned", version=1)
async def versioned(request):
    return text("")


@app.put("/versioned", version="v2", version_prefix="/api/v")
async def versioned_again(request):
    return text("")


@app.websocket("/feed")
async def feed(request, ws):
    await ws.send("")


class ItemView(HTTPMethodView):
    async def get(self, request, item):
        return text("")

    async def delete(self, request, item):
        return text("")


class Attached(HTTPMethodView, attach=app, uri="/attached/<name>"):
    async def get(self, request, name):
        return text("")

    async def put(self, request, name):
        return text("")


async def added(request):
    return text("")


@admin.patch("/keys/<key>")
async def keys(request, key):
    return text("")


@admin.get("/")
async def admin_index(request):
    return text("")


app.add_route(ItemView.as_view(), "/items/<item>")
app.add_route(added, "/added")
app.add_route(added, "/added/more", methods=["POST", "PUT"])
app.add_websocket_route(feed, "/feed/added")
app.static("/static", "static")
app.blueprint(admin)
app.blueprint(shop, url_prefix="/store")
app.blueprint(stock, version=3)
app.blueprint(api)

if __name__ == "__main__":
    app.run()

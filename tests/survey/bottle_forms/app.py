import bottle
from bottle import Bottle, delete, get, post, request, route, run

from parts import extra, inner

api = Bottle()
app = bottle.default_app()
other = bottle.Bottle()
PREFIX = "/v1"


@route("/")
def index():
    return "hello"


@get("/items/<item_id:int>")
def item(item_id):
    return ""


@post("/items")
def make():
    return ""


@route("/both", method=["GET", "POST"])
def both():
    return ""


@route("/any", method="ANY")
def anything():
    return ""


@route("/put", "PUT")
def put():
    return ""


@get(["/one", "/other"])
def several():
    return ""


@route("/old/:name#[a-z]+#")
@get("/new/<name:re:[a-z]{2,3}>/<rest:path>")
def old(name, rest=""):
    return ""


@bottle.put(f"{PREFIX}/put")
def dotted():
    return ""


@app.delete("/gone")
def gone():
    return ""


@delete(request.path)
def computed():
    return ""


@route()
def by_its_name():
    return ""


@api.get("/users")
def users():
    return []


@api.patch("/users/<name>")
def patch(name):
    return ""


def plain():
    return ""


@other.get("/alone")
def alone():
    return ""


bottle.route("/called", "GET", plain)
other.route("/called/too", method="POST", callback=plain)
api.merge(extra)
api.mount("/inner/", inner)
app.mount("/api", api)

if __name__ == "__main__":
    run(app)

from sanic import json
from sanic.blueprints import Blueprint

one = Blueprint("one", url_prefix="/one")
two = Blueprint("two", url_prefix="/two", version=5)
three = Blueprint("three")
inner = Blueprint.group(three, url_prefix="/inner")
api = Blueprint.group(one, two, inner, url_prefix="/api", version=4)


@one.get("/x")
async def of_one(request):
    return json({})


@one.get("/y", version=9)
async def of_one_again(request):
    return json({})


@two.get("/x")
async def of_two(request):
    return json({})


@three.options("/x")
async def of_three(request):
    return json({})

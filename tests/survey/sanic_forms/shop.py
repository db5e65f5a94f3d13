from sanic import Blueprint, json

shop = Blueprint("shop", url_prefix="/shop")
stock = Blueprint("stock", url_prefix="/stock", version=2)
nowhere = Blueprint("nowhere", url_prefix="/nowhere")


@shop.get("/orders/<order:uuid>")
async def order(request, order):
    return json({})


@stock.head("/all")
async def all_of_it(request):
    return json({})


@nowhere.get("/to/go")
async def to_go(request):
    return json({})

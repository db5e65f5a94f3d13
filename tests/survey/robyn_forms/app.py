from robyn import Robyn, Request, SubRouter

from users import users

app = Robyn(__file__)
older = SubRouter(__file__, prefix="/older")
deep = SubRouter("/deep")


@app.get("/")
async def index(request: Request):
    return "hello"


@app.get("/items/:item_id")
def item(request):
    return ""


@app.get("/files/*path")
def files(request):
    return ""


@app.post("/items", auth_required=True)
def make(request):
    return ""


@app.trace("/traced")
def traced(request):
    return ""


@app.websocket("/live")
async def live(websocket):
    await websocket.accept()


@older.put("/x")
def put(request):
    return ""


@deep.delete("/x/:id/y/:other")
def delete(request):
    return ""


def plain(request):
    return ""


@app.view("/decorated")
def decorated():
    def get():
        return ""

    def patch():
        return ""


class View:
    def post(request):
        return ""


app.add_route("GET", "/added", plain)
app.add_view("/viewed", View)
older.include_router(deep)
app.include_router(older)
app.include_router(users)

if __name__ == "__main__":
    app.start(port=8080)

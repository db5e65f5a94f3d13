from fastapi import FastAPI

PREFIX = "/v1"
app = FastAPI()


@app.get(f"{PREFIX}/items/{{item_id}}")
def item(item_id: int): ...


@app.get(f"{PREFIX}/plain")
def plain(): ...


@app.api_route("/rows", methods=["QUERY", "SEARCH"])
def rows(): ...

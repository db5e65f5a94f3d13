import requests


def call(session):
    requests.get("/api/v1/items")
    session.post("/users")
    return session.get("/x").json()

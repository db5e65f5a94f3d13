from flask import Flask, request

from worker.tasks import enqueue

app = Flask(__name__)


@app.post("/letters")
def letters():
    enqueue(request.json["to"], request.json["text"])
    return {"status": "queued"}, 202

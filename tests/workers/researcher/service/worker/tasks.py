import requests
from redis import Redis
from rq import Queue

queue = Queue("letters", connection=Redis())


def send(address, text):
    requests.post("https://letters.example/send", json={"to": address, "text": text})


def enqueue(address, text):
    queue.enqueue(send, address, text)

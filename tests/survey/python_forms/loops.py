from flask import Flask

from elsewhere import get_endpoints

app = Flask(__name__)


def health(): ...


for path, handler, methods in get_endpoints():
    app.add_url_rule(path, handler.__name__, handler, methods=methods)


def ours():
    return [("/version", health, ["GET"]), *get_endpoints()]


for path, handler, methods in ours():
    app.add_url_rule(path, handler.__name__, handler, methods=methods)

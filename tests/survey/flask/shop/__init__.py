from flask import Flask

from .views import register


def create_app():
    app = Flask(__name__)

    @app.route("/health")
    def health(): ...

    register(app)
    return app

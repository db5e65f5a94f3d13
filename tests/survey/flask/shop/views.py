from flask import Blueprint
from flask.views import MethodView
from flask_login import login_required
from flask_restful import Api, Resource

bp = Blueprint("orders", __name__, url_prefix="/orders")
inner = Blueprint("inner", __name__, url_prefix="/ignored")


@bp.route("/<int:order_id>", methods=["GET", "PATCH"])
@login_required
def one(order_id): ...


@bp.post("/")
def make(): ...


@inner.get("/deep")
def deep(): ...


class Page(MethodView):
    def get(self): ...

    def delete(self): ...


class User(Resource):
    def put(self, name): ...


def register(app):
    bp.register_blueprint(inner, url_prefix="/lines")
    app.register_blueprint(bp, url_prefix="/v2/orders")
    app.add_url_rule("/page", view_func=Page.as_view("page"))
    api = Api(app, prefix="/rest")
    api.add_resource(User, "/users/<string:name>", "/people/<name>")

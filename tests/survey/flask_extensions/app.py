from flask import Flask
from flask_appbuilder import expose
from flask_appbuilder.api import BaseApi, ModelRestApi
from flask_restx import Api, Namespace, Resource
from flask_smorest import Blueprint

app = Flask(__name__)
api = Api(app)
ns = Namespace("cats", path="/cats")
blp = Blueprint("dogs", __name__, url_prefix="/dogs")


@ns.route("/<id>")
class Cat(Resource):
    def get(self, id): ...

    def delete(self, id): ...


@blp.route("/")
class Dogs:
    def post(self): ...


api.add_namespace(ns)
app.register_blueprint(blp)


class ChartApi(ModelRestApi):
    resource_name = "chart"

    @expose("/<pk>/data", methods=("GET",))
    def data(self, pk): ...

from flask import Blueprint, Flask
from flask_restful import Api, Resource

app = Flask(__name__)
blueprint = Blueprint("api", __name__, url_prefix="/api")


def scoped(rule):
    if MULTI_ORG:
        return "/<org>{}".format(rule)

    return rule


class OurApi(Api):
    def add_scoped_resource(self, resource, *urls, **kwargs):
        urls = [scoped(url) for url in urls]
        return self.add_resource(resource, *urls, **kwargs)

    def add_resource(self, resource, *urls, **kwargs):
        return super().add_resource(resource, *urls, **kwargs)


class Query(Resource):
    def get(self): ...

    def post(self): ...

    def search(self): ...


api = OurApi(blueprint)
api.add_scoped_resource(Query, "/queries", "/queries/<id>")
api.add_resource(Query, "/plain")
app.register_blueprint(blueprint)

from functools import wraps

from flask import Blueprint, Flask, abort, g, jsonify, redirect, session, url_for
from flask.views import MethodView
from flask_httpauth import HTTPTokenAuth
from flask_jwt_extended import jwt_required
from flask_login import login_required
from flask_restful import Api, Resource

import features

app = Flask(__name__)
tokens = HTTPTokenAuth()
staff = Blueprint("staff", __name__, url_prefix="/staff")
auth = Blueprint("auth", __name__, url_prefix="/auth")
api = Api(app)


def signed_in(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        if g.user is None:
            abort(401)
        return view(*args, **kwargs)

    return wrapper


def role_required(name):
    def decorate(view):
        @wraps(view)
        def wrapper(*args, **kwargs):
            if session.get("role") != name:
                return jsonify(error="no"), 403
            return view(*args, **kwargs)

        return wrapper

    return decorate


def timed(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        return view(*args, **kwargs)

    return wrapper


def switched_on(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        if not features.IS_ON:
            abort(403)
        return view(*args, **kwargs)

    return wrapper


@staff.before_request
def only_staff():
    if not session.get("staff"):
        return jsonify(error="no"), 401


@auth.route("/login", methods=["POST"])
def login():
    return jsonify(ok=True)


@app.route("/login-required")
@timed
def named_only():
    """Its name and its path say what it does not do."""
    return jsonify([])


@app.get("/by-library")
@login_required
def by_library():
    return jsonify([])


@app.get("/by-token")
@jwt_required()
def by_token():
    return jsonify([])


@app.get("/by-optional-token")
@jwt_required(optional=True)
def by_optional_token():
    return jsonify([])


@app.get("/by-object")
@tokens.login_required
def by_object():
    return jsonify([])


@app.get("/by-own")
@signed_in
def by_own():
    return jsonify([])


@app.delete("/by-role")
@role_required("admin")
def by_role():
    return jsonify([])


@app.get("/by-switch")
@switched_on
def by_switch():
    return jsonify([])


@staff.get("/people")
def people():
    return jsonify([])


class Things(MethodView):
    decorators = [signed_in]

    def get(self):
        return jsonify([])


class Notes(Resource):
    method_decorators = {"post": [login_required]}

    def get(self):
        return []

    def post(self):
        return []


def sent_to_login(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        if g.user is None:
            return redirect(url_for("auth.login"))
        return view(*args, **kwargs)

    return wrapper


def sent_to_setup(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        if not features.IS_READY:
            return redirect(url_for("setup"))
        return view(*args, **kwargs)

    return wrapper


@app.get("/mine")
@sent_to_login
def mine():
    return jsonify([])


@app.get("/ready")
@sent_to_setup
def ready():
    return jsonify([])


app.add_url_rule("/things", view_func=Things.as_view("things"))
api.add_resource(Notes, "/notes")
app.register_blueprint(staff)
app.register_blueprint(auth)

"""Exports for the shop's owner."""

import subprocess

from flask import Blueprint, request

bp = Blueprint("export", __name__)
FORMATS = {"csv": "text/csv", "pdf": "application/pdf"}


@bp.post("/export")
def export():
    name = request.form["name"]
    target = "/srv/exports/" + name
    subprocess.run("make-report > " + target, shell=True, check=True)
    return {"file": name}, 201


def label_of(kind):
    if kind == "csv":
        return "Comma separated"
    elif kind == "pdf":
        return "Portable"
    elif kind == "xml":
        return "Markup"
    return "Unknown"

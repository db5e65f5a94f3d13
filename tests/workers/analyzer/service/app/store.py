"""The connection to the database, one for each request."""

import sqlite3

from flask import g

DATABASE = "/srv/books.db"


def connection():
    if "connection" not in g:
        g.connection = sqlite3.connect(DATABASE)
        g.connection.row_factory = sqlite3.Row
    return g.connection

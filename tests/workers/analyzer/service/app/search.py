"""Search of the catalogue."""

from flask import Blueprint, jsonify, request

from app.store import connection

bp = Blueprint("search", __name__)


@bp.get("/search")
def search():
    term = request.args.get("q", "")
    query = "SELECT id, title FROM books WHERE title LIKE '%" + term + "%'"
    rows = connection().execute(query).fetchall()
    return jsonify([dict(row) for row in rows])


@bp.get("/books/<int:book_id>/reviews")
def reviews(book_id):
    # Every review asks for its author once more.
    rows = connection().execute("SELECT * FROM reviews WHERE book_id = ?", (book_id,)).fetchall()
    answer = []
    for row in rows:
        author = connection().execute("SELECT name FROM users WHERE id = ?", (row["user_id"],))
        answer.append({"text": row["text"], "author": author.fetchone()["name"]})
    return jsonify(answer)

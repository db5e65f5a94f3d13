from sqlalchemy import Column, String

import database
from database import Base, key, many, reference_col
from somewhere import audited


class User(Base):
    __tablename__ = "users"

    id = key()
    name = Column(String(40))
    articles = many("Article")


class Article(Base):
    __tablename__ = "articles"

    id = database.key()
    author_id = reference_col("users", index=True)
    editor_id = reference_col("users", nullable=True)


class Note(Base):
    """A function of another package may make a column: what is not here may be there."""

    __tablename__ = "notes"

    id = key()
    who = audited()

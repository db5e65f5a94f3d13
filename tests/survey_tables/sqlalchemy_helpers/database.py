"""Functions that return a column."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase, mapped_column, relationship


class Base(DeclarativeBase):
    pass


def reference_col(tablename, nullable=False, pk_name="id", **kwargs):
    """Return a foreign key to a table."""
    return Column(ForeignKey("{0}.{1}".format(tablename, pk_name)), nullable=nullable, **kwargs)


def key():
    return mapped_column(Integer, primary_key=True)


def many(name):
    return relationship(name)

"""Names that a class computes: known where the code says exactly how, else unknown."""

import re

from sqlalchemy import Column, Integer
from sqlalchemy.orm import DeclarativeBase, declared_attr

from naming import snake_case

camel = re.compile(r"(?<!^)(?=[A-Z])")


class Lower(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower()

    id = Column(Integer, primary_key=True)


class Plural(DeclarativeBase):
    @declared_attr
    def __tablename__(cls):
        return f"app_{cls.__name__.lower()}s"

    id = Column(Integer, primary_key=True)


class Snake(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return camel.sub("_", cls.__name__).lower()

    id = Column(Integer, primary_key=True)


class Named(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return snake_case(cls.__name__)

    id = Column(Integer, primary_key=True)


class FlowRun(Lower):
    name = Column(Integer)


class TaskRun(Plural):
    name = Column(Integer)


class BlockType(Snake):
    name = Column(Integer)


class WorkPool(Named):
    name = Column(Integer)


class Own(Snake):
    __tablename__ = "own"

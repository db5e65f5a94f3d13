from settings import prefix
from sqlalchemy import Column, Integer
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = prefix("thing")
    id = Column(Integer, primary_key=True)

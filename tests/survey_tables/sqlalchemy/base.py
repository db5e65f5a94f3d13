"""What every model shares."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, func
from sqlalchemy.ext.declarative import declared_attr
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

key = Annotated[int, mapped_column(primary_key=True)]


class Base(DeclarativeBase):
    metadata = MetaData()


class Timestamps:
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Audited:
    @declared_attr
    def changed_by_id(cls):
        return Column(Integer, ForeignKey("users.id"), nullable=True)


class Record(Base):
    __abstract__ = True

    id: Mapped[key]

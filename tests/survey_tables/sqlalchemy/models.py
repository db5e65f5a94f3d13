from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint
from sqlalchemy import Table as CoreTable
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from .base import Audited, Base, Record, Timestamps

user_groups = Table(
    "user_groups",
    Base.metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", ForeignKey("auth.groups.id"), primary_key=True),
)
audit = CoreTable("audit", Base.metadata, Column("id", Integer, primary_key=True))


class User(Timestamps, Record):
    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("email", "tenant", name="uq_users_email"),)

    email: Mapped[str] = mapped_column(String(255), index=True, unique=True)
    tenant: Mapped[str | None]
    shown = Column("display_name", Text, nullable=False, default="nobody")
    bio = deferred(Column(Text))
    groups: Mapped[list[Group]] = relationship(secondary=user_groups)

    __mapper_args__ = {"polymorphic_on": "tenant"}


class Admin(User):
    """Shares the table of users."""

    level: Mapped[int] = mapped_column(nullable=True)


class Group(Audited, Record):
    __tablename__ = "groups"
    __table_args__ = {"schema": "auth"}

    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"))
    owner: Mapped[User] = relationship()


class Engineer(Base):
    """A table of its own, joined to that of users."""

    __tablename__ = "engineers"

    id = mapped_column(ForeignKey("users.id"), primary_key=True)
    skill: Mapped[str]


Index("ix_engineers_skill", Engineer.skill)

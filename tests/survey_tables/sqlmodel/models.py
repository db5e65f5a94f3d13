import uuid

from sqlmodel import Field, Relationship, SQLModel


class ItemBase(SQLModel):
    title: str = Field(min_length=1, max_length=255, index=True)
    description: str | None = Field(default=None, max_length=255)


class ItemCreate(ItemBase):
    """No table: it has no `table=True`."""


class Item(ItemBase, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    owner_id: uuid.UUID = Field(foreign_key="user.id", nullable=False, ondelete="CASCADE")
    owner: "User" = Relationship(back_populates="items")


class User(SQLModel, table=True):
    id: uuid.UUID = Field(primary_key=True)
    email: str = Field(unique=True)
    items: list[Item] = Relationship(back_populates="owner")

from pydantic import BaseModel


class Item(BaseModel):
    name: str


class Made(Item):
    id: int

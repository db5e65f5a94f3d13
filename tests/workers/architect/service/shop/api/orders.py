"""The routes of orders."""

from shop.models.order import Order
from shop.services import checkout


def create(lines) -> dict:
    order = checkout.place(lines)
    return {"number": order.number, "total": order.total()}


def show(order: Order) -> dict:
    return vars(order.shown())

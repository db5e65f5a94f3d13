"""Placing an order: numbers it, and asks for the money."""

from itertools import count

from shop.billing import invoices
from shop.models.order import Line, Order

_numbers = count(1)


def place(lines) -> Order:
    order = Order(next(_numbers), [Line(**line) for line in lines])
    invoices.send(order.number, order.total())
    return order

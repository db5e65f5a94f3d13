"""Invoices: what is sent, and what was paid."""

_sent: dict[int, int] = {}


def send(number: int, amount: int) -> None:
    _sent[number] = amount


def is_paid(number: int) -> bool:
    return number not in _sent

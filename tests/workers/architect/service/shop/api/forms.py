"""What the API answers with."""

from dataclasses import dataclass


@dataclass
class OrderOut:
    number: int
    total: int

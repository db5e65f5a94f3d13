"""Orders and their lines."""

from dataclasses import dataclass, field

from shop.api.forms import OrderOut


@dataclass
class Line:
    product: str
    count: int
    price: int


@dataclass
class Order:
    number: int
    lines: list[Line] = field(default_factory=list)

    def total(self) -> int:
        return sum(line.count * line.price for line in self.lines)

    def shown(self) -> OrderOut:
        return OrderOut(self.number, self.total())

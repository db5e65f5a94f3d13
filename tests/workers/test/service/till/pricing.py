"""Prices in cents."""


def total_of(lines: list[tuple[int, int]]) -> int:
    return sum(price * count for price, count in lines)


def discounted(total: int, percent: int) -> int:
    if not 0 <= percent <= 100:
        raise ValueError("percent")
    return total - total * percent // 100


def with_tax(total: int, rate: int = 19) -> int:
    if rate == 0:
        return total
    return total + total * rate // 100

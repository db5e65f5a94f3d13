import pytest

from till.pricing import discounted, total_of


def test_total_adds_lines() -> None:
    assert total_of([(250, 2), (100, 1)]) == 600


def test_total_of_nothing() -> None:
    assert total_of([]) == 0


def test_discount() -> None:
    assert discounted(1000, 15) == 850


def test_discount_refuses_more_than_all() -> None:
    with pytest.raises(ValueError, match="percent"):
        discounted(1000, 101)

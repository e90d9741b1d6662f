"""How a pool is written in words."""

import pytest

from portfolios.models import Security
from portfolios.queries.poolpage.told import term


@pytest.mark.parametrize(
    ("remaining", "age", "words"),
    [
        (357, 3, "30-year"),
        (336, 5, "30-year"),
        (179, 1, "15-year"),
        (178, 4, "20-year"),
        (480, 0, "40-year"),
        (1, 0, "10-year"),
        (495, 0, "42-year"),
    ],
)
def test_the_class_of_a_pool_is_a_usual_one(remaining, age, words):
    assert term(Security(remaining=remaining, age=age)) == f"{words} fixed"

"""The usual settlement of a pool's trade."""

from datetime import date

import pytest

from portfolios.domain.calendar import is_business_day
from portfolios.domain.securities import Program
from portfolios.domain.settledates import usual_settlement

SEPTEMBER = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("program", "term", "day"),
    [("freddie_umbs", 360, 14), ("fannie_mae", 180, 19), ("ginnie_ii", 360, 20), ("private", 360, 14)],
)
def test_each_class_on_its_business_day(program, term, day):
    found = usual_settlement(program, term, factor_month=SEPTEMBER, today=date(2026, 9, 10))
    assert found == date(2026, 10, day)


def test_the_next_month_once_the_day_has_come():
    found = usual_settlement("freddie_umbs", 360, factor_month=SEPTEMBER, today=date(2026, 10, 14))
    assert found == date(2026, 11, 13)


def test_a_pool_whose_factors_stopped_is_not_aged():
    found = usual_settlement("freddie_umbs", 360, factor_month=SEPTEMBER, today=date(2029, 1, 1))
    assert (found.year, found.month) == (2026, 10)


def test_every_program_has_a_day_that_banks_work():
    for program in Program:
        assert is_business_day(usual_settlement(program, 360, factor_month=date(2026, 12, 1), today=SEPTEMBER))

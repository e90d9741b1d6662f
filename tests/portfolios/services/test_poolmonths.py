"""Recording months of a pool: versions, order, and what is kept on the pool."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from django.utils import timezone

from loans.services.files import read_parquet
from portfolios.domain.poolmonth import MonthFigures
from portfolios.models import PoolMonth
from portfolios.services.poolmonths import record_months
from tests.factories import SecurityFactory

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def figures(month, factor="1", **others):
    return MonthFigures(month, Decimal(factor), Decimal(factor) * 1_000_000, **others)


def record(security, *months, **others):
    return record_months(security=security, months=months, source="hand", by=None, at=timezone.now(), **others)


def versions(security):
    rows = PoolMonth.objects.filter(security=security).order_by("month", "version")
    return [(row.month.month, row.version, row.latest, row.factor) for row in rows]


@pytest.fixture
def security(db):
    return SecurityFactory()


def test_the_same_month_twice_is_one_version(security):
    month = figures(JANUARY, wac=Decimal("4.0765"), effective_loans=1233.1, facts={"split": "told", "on": JANUARY})
    assert record(security, month) == 1
    assert record(security, month) == 0
    assert versions(security) == [(1, 1, True, 1)]


def test_other_figures_are_the_next_version_and_the_first_one_stays(security):
    record(security, figures(JANUARY), figures(FEBRUARY, "0.99"))
    assert record(security, figures(JANUARY), figures(FEBRUARY, "0.98")) == 1
    assert versions(security) == [
        (1, 1, True, 1),
        (2, 1, False, Decimal("0.99")),
        (2, 2, True, Decimal("0.98")),
    ]


def test_months_in_any_order_leave_the_newest_on_the_pool(security):
    record(security, figures(MARCH, "0.97", loan_count=7))
    record(security, figures(FEBRUARY, "0.98", loan_count=8))
    security.refresh_from_db()
    assert (security.month, security.factor, security.loans_left) == (MARCH, Decimal("0.97"), 7)
    assert security.balance == Decimal("970000.00")
    assert security.status == "active"


def test_a_factor_of_zero_ends_the_pool_and_a_correction_opens_it_again(security):
    record(security, figures(MARCH, "0"))
    security.refresh_from_db()
    assert security.status == "paid_off"
    record(security, figures(MARCH, "0.5"))
    security.refresh_from_db()
    assert security.status == "active"


def test_loans_that_changed_are_a_new_version_though_the_figures_did_not(security):
    frame = pl.DataFrame({"loan_id": ["2", "1"], "balance": [1.5, 2.5], "rate": [4.0, 5.0], "remaining": [9, 8]})
    record(security, figures(JANUARY), loans={JANUARY: frame})
    assert record(security, figures(JANUARY), loans={JANUARY: frame.reverse()}) == 0
    assert record(security, figures(JANUARY), loans={JANUARY: frame.with_columns(rate=pl.lit(6.0))}) == 1
    newest = PoolMonth.objects.get(security=security, latest=True)
    assert read_parquet(newest.loans)["loan_id"].to_list() == ["1", "2"]
    assert read_parquet(newest.loans)["rate"].to_list() == [6.0, 6.0]


def test_figures_alone_keep_the_loans_of_the_version_before(security):
    frame = pl.DataFrame({"loan_id": ["1"], "balance": [1.5], "rate": [4.0], "remaining": [9]})
    record(security, figures(JANUARY), loans={JANUARY: frame})
    record(security, figures(JANUARY, "0.99"))
    assert read_parquet(PoolMonth.objects.get(security=security, latest=True).loans).height == 1

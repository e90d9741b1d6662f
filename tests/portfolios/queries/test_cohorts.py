"""Speeds of the pools like one: balances summed, never speeds averaged."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import OrganizationKind, Role
from portfolios.domain.prepayment import PoolPeriod, average_cpr, total_balances
from portfolios.models import FactorFile, PoolMonth, PublishedFactor, PublishedPool
from portfolios.queries.cohorts import cohort
from tests.factories import PortfolioFactory, SecurityFactory, UserFactory

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 1)


@pytest.fixture
def analyst():
    return UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST])


@pytest.fixture
def pool(analyst):
    portfolio = PortfolioFactory(created_by=analyst)

    def make(name: str, *factors: str, face: int = 1_000_000, **terms):
        security = SecurityFactory(name=name, created_by=analyst, portfolio=portfolio, original_face=face, **terms)
        for number, factor in enumerate(factors, start=2):
            PoolMonth.objects.create(
                security=security,
                month=date(2026, number, 1),
                source="remittance",
                factor=Decimal(factor),
                balance=Decimal(factor) * face,
                recorded_at=timezone.now(),
            )
        return security

    return make


def test_balances_are_summed(pool):
    mine = pool("Mine", "0.5", "0.4", "0.3", "0.2")
    pool("Large", "0.99", "0.98", "0.97", "0.96", face=9_000_000)
    pool("Small", "0.95", "0.85", "0.75", "0.65")
    found = cohort(mine, month=MAY).over(3)
    periods = [
        PoolPeriod(9e6, 0.99, 0.96, 359, 3, 6.0, 1),
        PoolPeriod(1e6, 0.95, 0.65, 359, 3, 6.0, 1),
    ]
    assert found.pools == 2
    assert found.cpr == pytest.approx(average_cpr(*total_balances(periods), 3))


def test_pools_without_a_factor_at_one_end_are_left_out(pool):
    mine = pool("Mine", "0.9")
    pool("Whole", "0.99", "0.98", "0.97", "0.96")
    pool("Late", "0.99", "0.98", "0.97")
    found = cohort(mine, month=MAY)
    assert found.over(1).pools == 1
    assert found.over(1, ago=1).pools == 2
    assert list(found.smm_by_month()) == [date(2026, number, 1) for number in (2, 3, 4, 5)]
    assert found.over(4).pools == 1  # from the issue, where the factor is 1


def test_only_pools_of_the_same_kind_and_organization(pool):
    mine = pool("Mine", "0.9", "0.8", "0.7", "0.6")
    pool("Other coupon", "0.9", "0.8", "0.7", "0.6", coupon=Decimal("5.5"))
    pool("Other year", "0.9", "0.8", "0.7", "0.6", issued_on=date(2025, 12, 1))
    pool("Short", "0.9", "0.8", "0.7", "0.6", remaining=180)
    SecurityFactory()
    assert cohort(mine, month=MAY) is None


def test_rate_and_term_of_a_month_serve_from_then_on(pool):
    mine, other = pool("Mine"), pool("Other", "0.99", "0.98", "0.97", "0.96")
    PoolMonth.objects.filter(security=other, month=date(2026, 3, 1)).update(wac=Decimal("4"), wam=200)
    found = cohort(mine, month=MAY)
    assert found.pools.gross[0].tolist() == [6, 6, 4, 4, 4]
    assert found.pools.remaining[0].tolist() == [360, 359, 200, 199, 198]


def test_published_factors_stand_before_computed_ones_in_three_queries(pool, django_assert_num_queries):
    agency = PublishedPool.objects.create(program="fannie_mae", pool_number="1")
    file = FactorFile.objects.create(sha256="0" * 64, name="file", imported_at=timezone.now())
    PublishedFactor.objects.create(pool=agency, month=MAY, factor=Decimal("0.5"), file=file)
    mine, _ = pool("Mine"), pool("Other", "0.99", "0.98", "0.97", "0.96", published=agency)
    with django_assert_num_queries(3):
        found = cohort(mine, month=MAY)
    assert found.pools.factor[0, -1] == 0.5

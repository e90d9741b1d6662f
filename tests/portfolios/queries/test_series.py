"""A pool's months from what is recorded of it."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from portfolios.domain.factor import RoundingRule
from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.domain.securities import MonthSource, Program
from portfolios.models import FactorFile, PoolMonth, PublishedFactor, PublishedPool, Security
from portfolios.queries.series import Basis, series
from tests.factories import SecurityFactory

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
FACE = Decimal("1000000.00")

pytestmark = pytest.mark.django_db


def first(year: int, month: int) -> date:
    return date(year, month, 1)


def computed(security: Security, month: date, factor: str, **fields) -> PoolMonth:
    values = {
        "source": MonthSource.REMITTANCE,
        "factor": Decimal(factor),
        "balance": Decimal(factor) * FACE,
        "recorded_at": timezone.now(),
    }
    return PoolMonth.objects.create(security=security, month=month, **values | fields)


@pytest.fixture
def published_pool(db) -> PublishedPool:
    return PublishedPool.objects.create(program=Program.GINNIE_II, pool_number="MA0001", original_face=FACE)


def published(pool: PublishedPool, month: date, factor: str, **fields) -> PublishedFactor:
    known = {name: fields.pop(name) for name in ("published_on", "correction") if name in fields}
    file = FactorFile.objects.create(
        sha256=f"{FactorFile.objects.count():064x}", name="factorA.txt", imported_at=timezone.now(), **known
    )
    return PublishedFactor.objects.create(pool=pool, month=month, factor=Decimal(factor), file=file, **fields)


def test_a_pool_without_months():
    found = series(SecurityFactory())
    assert found.latest is None
    assert found.months == ()
    assert found.outlook is None
    assert not found.forecast_given


def test_two_queries_and_none_for_the_file(django_assert_num_queries, published_pool):
    security = SecurityFactory(published=published_pool)
    for number in range(2, 8):
        computed(security, first(2026, number), f"0.9{9 - number}000000")
        published(published_pool, first(2026, number), f"0.9{9 - number}000000", published_on=first(2026, number))
    security = Security.objects.get(pk=security.pk)
    with django_assert_num_queries(2):
        assert series(security).latest.published_on == first(2026, 7)


def test_the_issue_month_stands_in_front_with_factor_one():
    security = SecurityFactory(forecast={"kind": "PSA", "values": [150]})
    computed(security, first(2026, 2), "0.99800000")
    issue, month = series(security).months
    assert (issue.month, issue.factor, issue.source, issue.cpr) == (
        first(2026, 1),
        Decimal("1.00000000"),
        "issue",
        None,
    )
    assert month.change == Decimal("-0.00200000")
    assert month.smm == pytest.approx(100 * (1 - 0.998 / month.due_factor))
    assert month.expected_cpr == pytest.approx(0.3)  # 150 PSA in loan month 1
    assert month.inputs.basis is Basis.CARRIED
    assert (month.inputs.gross, month.inputs.remaining, month.inputs.loan_month) == (6.0, 360.0, 1)


def test_history_begins_with_the_first_known_month():
    security = SecurityFactory()
    computed(security, first(2026, 6), "0.97000000")
    found = series(security)
    assert [month.month for month in found.months] == [first(2026, 6)]
    assert found.gaps == ()
    assert found.months[0].expected_factor < found.months[0].scheduled_factor < 1
    assert (found.outlook.remaining, found.outlook.age) == (355, 5)
    assert found.speed_now_months == 0


def test_a_missing_month_is_a_row_without_speeds():
    security = SecurityFactory()
    for number in (2, 3, 5, 6):
        computed(security, first(2026, number), f"0.{100 - number}000000")
    found = series(security)
    gap, after, last = found.months[3:]
    assert found.gaps == (first(2026, 4),)
    assert gap.is_gap
    assert gap.expected_factor > 0
    assert gap.source == ""
    assert (after.cpr, after.change) == (None, None)
    assert after.cpr_three is not None
    assert last.cpr is not None


def test_the_published_factor_stands_before_the_computed_one(published_pool):
    security = SecurityFactory(published=published_pool, original_face=FACE)
    computed(security, first(2026, 2), "0.99800000", wac=Decimal("6.1"), wam=350, loan_count=10)
    published(published_pool, first(2026, 2), "0.99800412", balance=Decimal("998004.12"), wam=351)
    month = series(security).latest
    assert month.factor == month.published == Decimal("0.99800412")
    assert month.computed == Decimal("0.99800000")
    assert month.comparison.difference == Decimal("0.00000412")
    assert not month.comparison.agrees
    assert month.rounding is RoundingRule.EITHER
    assert month.balance == Decimal("998004.12")
    assert (month.wac, month.wam, month.loan_count, month.source) == (6.1, 351, 10, "published")


def test_corrections_keep_what_stood_before(published_pool):
    security = SecurityFactory(published=published_pool, original_face=FACE)
    published(published_pool, first(2026, 2), "0.99700000", latest=False, published_on=date(2026, 2, 6))
    published(published_pool, first(2026, 2), "0.99800000", version=2, correction=True)
    month = series(security).latest
    assert (month.factor, month.versions, month.corrected) == (Decimal("0.99800000"), 2, True)
    assert [(old.factor, old.at) for old in month.earlier] == [(Decimal("0.99700000"), date(2026, 2, 6))]


def test_rate_and_terms_of_the_start_of_the_month_give_the_speed():
    security = SecurityFactory()
    computed(security, first(2026, 1), "1.00000000", wac=Decimal("5"), wam=300, wala=40)
    computed(security, first(2026, 2), "0.99000000", wac=Decimal("9"), wam=100, wala=99)
    month = series(security).latest
    assert month.inputs.basis is Basis.RECORDED
    assert (month.inputs.gross, month.inputs.remaining, month.inputs.age) == (5.0, 300.0, 40.0)
    assert month.psa == pytest.approx(month.cpr / 6 * 100)


def test_a_pool_paid_off_has_no_outlook():
    security = SecurityFactory()
    computed(security, first(2026, 2), "0.00000000", balance=Decimal("0.00"))
    found = series(security)
    assert found.latest.smm == 100.0
    assert found.latest.psa is None
    assert found.outlook is None


@pytest.mark.parametrize(
    ("forecast", "kind"),
    [({"kind": "PSA", "values": [150]}, SpeedKind.PSA), ({"kind": "CPR", "values": [6]}, SpeedKind.CPR)],
)
def test_the_speed_now_is_that_of_the_last_six_months(forecast, kind):
    security = SecurityFactory(forecast=forecast, age=60, remaining=300, original_face=FACE)
    balance = FACE
    for number in range(2, 12):
        balance = (balance * Decimal("0.985")).quantize(Decimal("0.01"))
        computed(security, first(2026, number), str((balance / FACE).quantize(Decimal("0.00000001"))), balance=balance)
    found = series(security)
    assert found.speed_now_months == 6
    assert found.speed_now.kind is kind
    wanted = {SpeedKind.PSA: (found.latest.cpr / 6 * 100, 1.5), SpeedKind.CPR: (found.latest.cpr, 0.15)}[kind]
    assert found.speed_now.values[0] == pytest.approx(wanted[0], abs=wanted[1])


def test_three_months_expected_are_compounded():
    security = SecurityFactory(forecast={"kind": "SMM", "values": [1, 2, 3]})
    for number in (2, 3, 4):
        computed(security, first(2026, number), f"0.{100 - number}000000")
    found = series(security)
    assert found.forecast_speed == Speed(SpeedKind.SMM, (1.0, 2.0, 3.0))
    assert found.latest.expected_cpr_three == pytest.approx(100 * (1 - (0.99 * 0.98 * 0.97) ** 4))


@pytest.mark.real_data
def test_a_real_pool_month_by_month():
    """1,468 real loans over 73 months: SMM and CPR of the month file, from its balances and scheduled principal."""
    path = DATA / "real_pool_A_months.csv"
    if not path.exists():
        pytest.skip(f"no real data at {DATA}")
    with path.open() as file:
        rows = list(csv.DictReader(file))
    security = SecurityFactory(
        original_face=Decimal(rows[0]["balance"]),
        issued_on=first(2017, 9),
        matures_on=first(2047, 9),
        wac=Decimal("4.07655"),
    )
    before = Decimal(0)
    for row in rows:
        due = before - Decimal(row["scheduled_principal"]) if row["scheduled_principal"] else None
        month = first(int(row["period"][:4]), int(row["period"][4:]))
        before = Decimal(row["balance"])
        computed(security, month, row["factor"], balance=before, due=due)
    found = series(security)
    assert len(found.months) == 73
    assert not found.gaps
    for row, month in zip(rows[1:], found.months[1:], strict=True):
        assert month.smm == pytest.approx(float(row["smm_pct"]), abs=1e-6)
        assert month.cpr == pytest.approx(float(row["cpr_pct"]), abs=1e-5)
    assert found.latest.scheduled_factor == pytest.approx(float(rows[-1]["factor_if_no_prepay"]), abs=2e-3)

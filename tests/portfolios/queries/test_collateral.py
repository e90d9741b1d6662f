"""What secures a pool, from its Parquet files."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from django.utils import timezone

from portfolios.domain.poolmonth import MonthFigures, measured
from portfolios.queries import collateral as query
from portfolios.services import securities
from portfolios.services.poolmonths import record_months
from tests.factories import SecurityFactory, UserFactory

ISSUED, MARCH = date(2026, 1, 1), date(2026, 3, 1)
COUNT = 60


@pytest.fixture
def pool(db):
    """Sixty loans at issue; in March the first ten have left and one is late."""
    analyst = UserFactory(organization__kind="purchaser", roles=["analyst"])
    loans = pl.DataFrame(
        {
            "loan_id": [f"L{number:03d}" for number in range(COUNT)],
            "balance": [100_000.0] * COUNT,
            "rate": [6.0 + number % 4 / 4 for number in range(COUNT)],
            "remaining": [360] * COUNT,
            "state": ["CA" if number < 30 else "TX" for number in range(COUNT)],
            "credit_score": [800] * 10 + [700] * (COUNT - 10),
        }
    )
    found = securities.add_from_loans(
        organization=analyst.organization, by=analyst, at=timezone.now(), name="PL 1", program="private",
        coupon=Decimal("5.5"), issued_on=ISSUED, delay_days=55, forecast={}, loans=loans,
    )  # fmt: skip
    left = loans.tail(50).with_columns(months_late=pl.Series([3] + [0] * 49, dtype=pl.Int32))
    paid = {"paid_off": Decimal(900_000), "paid_off_count": 9, "repurchased": Decimal(100_000), "repurchased_count": 1}
    figures = MonthFigures(MARCH, Decimal("0.83333333"), Decimal(5_000_000), **measured(left), **paid)
    record_months(
        security=found, months=[figures], source="loans", by=analyst, at=timezone.now(), loans={MARCH: left}
    )  # fmt: skip
    found.refresh_from_db()
    return found


def test_what_is_left_stands_beside_what_there_was(pool):
    page = query.collateral(pool)
    assert (page.month, page.issue.loans, page.now.loans, page.share) == (MARCH, 60, 50, pytest.approx(5 / 6))
    assert [(cause.label, cause.loans, cause.upb) for cause in page.causes] == [
        ("Paid off", 9, Decimal("900000.00")), ("Repurchased", 1, Decimal("100000.00")),
    ]  # fmt: skip
    score = next(row for row in page.selection.rows if row.name == "credit_score")
    assert (score.left, score.stayed, page.selection.late_now) == (800.0, 700.0, pytest.approx(2.0))
    states = next(group for group in page.groups if group.name == "state")
    assert [(row.label, row.loans_then, row.loans_now) for row in states.rows] == [("TX", 30, 30), ("CA", 30, 20)]


def test_every_main_figure_has_its_working(pool):
    assert [working.key for working in query.collateral(pool).workings] == ["left", "effective", "largest"]


def test_loans_are_paged_by_their_number(pool):
    first = query.loans_page(pool, shown="all", after="")
    second = query.loans_page(pool, shown="all", after=first.next)
    numbers = [row["loan_id"] for row in (*first.rows, *second.rows)]
    assert numbers == [f"L{number:03d}" for number in range(COUNT)]
    assert (first.counts, second.next) == ({"all": 60, "left": 10, "stayed": 50}, "")
    assert len(query.loans_page(pool, shown="left", after="").rows) == 10
    assert query.loans_page(pool, shown="mine", after="").shown == "all"


def test_a_pool_known_by_its_factor_only_has_no_loans(db):
    page = query.collateral(SecurityFactory())
    assert (page.now, page.share, page.groups) == (None, None, ())


def test_the_page_asks_two_questions(pool, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        query.collateral(pool)


@pytest.mark.parametrize(
    ("code", "words"),
    [("PrimaryResidence", "Primary residence"), ("PUD", "PUD"), ("CA", "CA"), ("All others", "All others")],
)
def test_codes_are_shown_as_words(code, words):
    assert query.in_words(code) == words


@pytest.mark.parametrize(
    ("label", "drawn"), [("U.S. BANK N.A.", "U.S. BANK N.A."), ("JPMORGAN CHASE BANK, N.A.", "JPMORGAN CHASE BANK…")]
)
def test_a_long_label_leaves_the_bars_their_room(label, drawn):
    assert query.shortened(label) == drawn
    assert query.label_width(drawn) < 150

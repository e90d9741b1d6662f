"""Pools: issued from a bundle, followed, by hand; their terms, and months typed in."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import OrganizationKind, Role
from accounts.policies import NotAllowed
from loans.services.files import read_parquet
from portfolios.models import PoolMonth, Portfolio, PublishedFactor, PublishedPool, Security
from portfolios.services import handmonths, securities
from tests.diligence.services.pipeline import NOW
from tests.factories import OrganizationFactory
from tests.portfolios import offers

ISSUED = NOW.date().replace(day=1)
TERMS = {
    "name": "PL 2026-K07", "coupon": Decimal("6.000"), "issued_on": ISSUED, "delay_days": 55, "program": "private",
    "forecast": {"kind": "PSA", "values": [150]},
}  # fmt: skip
BY_HAND = {
    "name": "Harbor 30", "program": "private", "original_face": Decimal(1_000_000), "coupon": Decimal("5.5"),
    "issued_on": date(2026, 1, 1), "matures_on": date(2056, 1, 1), "delay_days": 55, "wac": Decimal("6.1"),
    "remaining": 358, "age": 2, "forecast": {"kind": "PSA", "values": [150]},
}  # fmt: skip


@pytest.fixture
def analyst(db):
    return offers.person(OrganizationFactory(kind=OrganizationKind.PURCHASER), Role.ANALYST)


@pytest.fixture
def by_hand(analyst):
    return securities.add_by_hand(organization=analyst.organization, by=analyst, at=NOW, **BY_HAND)


@pytest.fixture
def published(db):
    return PublishedPool.objects.create(
        program="ginnie_ii", pool_number="786924", prefix="SF", cusip="3622AB123", coupon=Decimal("5.5"),
        original_face=Decimal(25_000_000), issued_on=date(2023, 7, 1), matures_on=date(2053, 7, 20),
    )  # fmt: skip


def test_a_bundle_becomes_a_pool_with_its_kept_loans(deal):
    bundle = deal.approved()
    pool = securities.issue(bundle=bundle, by=deal.analyst, at=NOW, **TERMS)
    assert (pool.original_face, pool.loan_count, pool.factor) == (1_600_000, 8, Decimal("1.00000000"))
    assert (pool.wac, pool.organization, pool.servicer) == (Decimal("6.5"), deal.purchaser, deal.manager.organization)
    assert pool.portfolio.name == "Pools we follow"
    loans = read_parquet(pool.collateral)
    assert loans["loan_id"].sort().to_list() == sorted(
        bundle.loans.filter(kicked_out="").values_list("loan_id", flat=True)
    )
    assert {"state", "credit_score", "ltv", "zip3"} <= set(loans.columns)
    assert "borrower_last_name" not in loans.columns
    month = PoolMonth.objects.get(security=pool)
    assert (month.month, month.factor, month.balance, month.source) == (ISSUED, 1, 1_600_000, "issue")
    assert bundle.events.filter(kind="issued", by=deal.analyst).count() == 1


def test_the_cents_of_the_balance_are_for_the_first_report(deal):
    content = offers.tape(row_1={"UPB": "199999.37"}, row_2={"FICO": "580"}, row_5={"FICO": "580"})
    run = offers.checked(deal.manager, deal.run.criteria, content, name="cents.csv")
    deal.run = run
    pool = securities.issue(bundle=deal.approved(), by=deal.analyst, at=NOW, **TERMS)
    assert pool.original_face == 1_599_999
    assert PoolMonth.objects.get(security=pool).facts["cents"] == "0.37"


def test_terms_at_issue_are_counted_in_payments(deal):
    pool = securities.issue(bundle=deal.approved(), by=deal.analyst, at=NOW, **TERMS)
    elapsed = 12 * (ISSUED.year - 2026) + ISSUED.month - 8 + 1  # the first payment was due on August 1, 2026
    assert (pool.age, pool.remaining) == (elapsed, 360 - elapsed)
    assert pool.matures_on == date(2056, 7, 1)


def test_a_bundle_is_issued_once(deal):
    bundle = deal.approved()
    securities.issue(bundle=bundle, by=deal.analyst, at=NOW, **TERMS)
    with pytest.raises(NotAllowed, match="was issued as PL 2026-K07"):
        securities.issue(bundle=bundle, by=deal.analyst, at=NOW, **(TERMS | {"name": "PL 2026-K08"}))
    assert Security.objects.count() == 1


@pytest.mark.parametrize("who", ["manager", "reviewer"])
def test_only_those_who_buy_issue(deal, who):
    with pytest.raises(NotAllowed, match="analyst or approver"):
        securities.issue(bundle=deal.approved(), by=getattr(deal, who), at=NOW, **TERMS)


def test_a_bundle_that_is_not_approved_is_not_issued(deal):
    with pytest.raises(NotAllowed, match="Only an approved bundle"):
        securities.issue(bundle=deal.reviewed(), by=deal.analyst, at=NOW, **TERMS)


def test_a_coupon_above_what_the_loans_carry_is_refused(deal):
    with pytest.raises(NotAllowed, match=r"lowest note rate less servicing and guarantee fee is 6\.250%"):
        securities.issue(bundle=deal.approved(), by=deal.analyst, at=NOW, **(TERMS | {"coupon": Decimal("6.251")}))
    assert not Security.objects.exists()


def test_a_pool_is_not_older_than_its_approval(deal):
    with pytest.raises(NotAllowed, match="cannot be issued before that month"):
        securities.issue(bundle=deal.approved(), by=deal.analyst, at=NOW, **(TERMS | {"issued_on": date(2020, 1, 1)}))


def test_a_name_is_used_once_an_organization(analyst, by_hand):
    with pytest.raises(NotAllowed, match="a pool named Harbor 30 already"):
        securities.add_by_hand(organization=analyst.organization, by=analyst, at=NOW, **BY_HAND)


def test_a_pool_by_hand_begins_at_one(by_hand):
    assert (by_hand.factor, by_hand.balance, by_hand.month) == (1, 1_000_000, date(2026, 1, 1))


def test_factors_typed_twice_are_one_version_and_another_one_is_the_next(analyst, by_hand):
    first = {date(2026, 2, 1): Decimal("0.99500000"), date(2026, 3, 1): Decimal("0.99000000")}
    assert handmonths.record_factors(security=by_hand, factors=first, by=analyst, at=NOW) == 2
    assert handmonths.record_factors(security=by_hand, factors=first, by=analyst, at=NOW) == 0
    corrected = {date(2026, 2, 1): Decimal("0.99510000")}
    assert handmonths.record_factors(security=by_hand, factors=corrected, by=analyst, at=NOW) == 1
    february = PoolMonth.objects.filter(security=by_hand, month=date(2026, 2, 1)).order_by("version")
    assert [(row.version, row.factor, row.latest) for row in february] == [
        (1, Decimal("0.99500000"), False), (2, Decimal("0.99510000"), True),
    ]  # fmt: skip
    assert february[1].balance == Decimal("995100.00")


def test_a_month_before_the_issue_is_refused(analyst, by_hand):
    with pytest.raises(NotAllowed, match="before the issue month"):
        handmonths.record_factors(security=by_hand, factors={date(2025, 12, 1): Decimal(1)}, by=analyst, at=NOW)


def test_the_factor_at_issue_is_one(analyst, by_hand):
    with pytest.raises(NotAllowed, match="by definition"):
        handmonths.record_factors(security=by_hand, factors={date(2026, 1, 1): Decimal("0.9")}, by=analyst, at=NOW)


def test_an_agencys_pool_has_its_terms_and_says_what_is_assumed(analyst, published):
    pool = securities.follow(published=published, by=analyst, at=NOW)
    assert (pool.name, pool.delay_days, pool.issued_on) == ("SF 786924", 50, date(2023, 7, 1))
    assert (pool.wac, pool.remaining, pool.age) == (Decimal("6.25"), 360, 0)  # the rate and 75 basis points
    assert set(pool.assumed) == {"wac", "remaining", "age"}
    assert "75 basis points" in pool.assumed["wac"]


def test_published_averages_are_stepped_back_to_the_issue(analyst, published):
    file = _file()
    PublishedFactor.objects.create(
        pool=published, month=date(2023, 9, 1), factor=Decimal("0.99"), wac=Decimal("6.01"), wam=355, wala=4, file=file
    )
    pool = securities.follow(published=published, by=analyst, at=NOW)
    assert (pool.wac, pool.remaining, pool.age, pool.assumed) == (Decimal("6.01"), 357, 2, {})


def test_a_pool_is_followed_once_an_organization(analyst, published):
    securities.follow(published=published, by=analyst, at=NOW)
    with pytest.raises(NotAllowed, match="followed already, as SF 786924"):
        securities.follow(published=published, by=analyst, at=NOW)


def test_a_term_that_nothing_is_assumed_for_is_asked_for(analyst, published):
    PublishedPool.objects.update(original_face=None)
    published.refresh_from_db()
    with pytest.raises(NotAllowed, match="do not tell the original face"):
        securities.follow(published=published, by=analyst, at=NOW)
    pool = securities.follow(published=published, by=analyst, at=NOW, original_face=Decimal(5_000_000))
    assert pool.original_face == 5_000_000


def test_a_published_month_is_not_typed_over(analyst, published):
    pool = securities.follow(published=published, by=analyst, at=NOW)
    PublishedFactor.objects.create(pool=published, month=date(2023, 9, 1), factor=Decimal("0.99"), file=_file())
    with pytest.raises(NotAllowed, match="September 2023 is published"):
        handmonths.record_factors(security=pool, factors={date(2023, 9, 1): Decimal("0.98")}, by=analyst, at=NOW)


def test_changed_terms_leave_the_old_ones_in_the_history(analyst, by_hand):
    changed = securities.edit(security=by_hand, by=analyst, at=NOW, price=Decimal("101.5"), price_on=date(2026, 3, 2))
    assert changed.price == Decimal("101.5")
    assert list(by_hand.events.order_by("pgh_id").values_list("pgh_label", "price")) == [
        ("insert", None), ("update", Decimal("101.500000")),
    ]  # fmt: skip


def test_what_follows_from_loans_is_not_typed_over(deal):
    pool = securities.issue(bundle=deal.approved(), by=deal.analyst, at=NOW, **TERMS)
    with pytest.raises(NotAllowed, match="follow from its loans"):
        securities.edit(security=pool, by=deal.analyst, at=NOW, original_face=Decimal(5))


def test_a_servicer_changes_nothing(deal):
    pool = securities.issue(bundle=deal.approved(), by=deal.analyst, at=NOW, **TERMS)
    with pytest.raises(NotAllowed, match="analysts of the organization that follows it"):
        securities.edit(security=pool, by=deal.manager, at=NOW, price=Decimal(99))


def test_a_pool_that_is_not_followed_keeps_everything(analyst, by_hand):
    securities.archive(security=by_hand, by=analyst, at=NOW)
    assert not Security.objects.active().exists()
    assert PoolMonth.objects.filter(security=by_hand).exists()
    securities.restore(security=by_hand, by=analyst, at=NOW)
    assert Security.objects.active().get() == by_hand


def test_the_first_pool_makes_the_portfolio(analyst, by_hand):
    assert Portfolio.objects.get(organization=analyst.organization).name == "Pools we follow"


def _file():
    from portfolios.models import FactorFile

    return FactorFile.objects.create(sha256="0" * 64, name="factors.txt", layout="test", imported_at=NOW)

"""Shared-loss agreements: reported month by month, and what the bids of a sale cost the bank and the receiver."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Role
from accounts.policies import NotAllowed
from portfolios.models import Offer, Sale
from portfolios.queries.sharedloss import cost_together, costs_by_offer, offers_of, page_of
from portfolios.services import sharedloss
from tests.factories import UserFactory
from tests.portfolios.auction import make_auction

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MILLION = Decimal(1_000_000)


@pytest.fixture
def manager(db):
    return UserFactory(roles=[Role.MANAGER])


def agreed(manager, **values):
    terms = {
        "form": "onewest_2009",
        "name": "Single-family shared loss",
        "effective_on": date(2026, 1, 1),
        "terminates_on": date(2036, 1, 31),
        "covered": Decimal("10000000"),
        "stated": {},
        **values,
    }
    return sharedloss.agree(by=manager, at=AT, **terms)


def reported(agreement, manager, month, losses, recoveries="0"):
    return sharedloss.report(
        agreement=agreement, month=date(2026, month, 15), losses=Decimal(losses), recoveries=Decimal(recoveries),
        by=manager, at=AT,
    )  # fmt: skip


def test_months_lead_to_certificates(manager):
    agreement = agreed(manager)  # nothing to 2,000,000, 80 percent to 3,000,000, then 95
    for month, (losses, recoveries) in enumerate(
        [("1500000", "0"), ("900000", "0"), ("1000000", "0"), ("0", "500000")], 1
    ):
        reported(agreement, manager, month, losses, recoveries)
    page = page_of(agreement)
    assert [row.certificate.payment for row in page.rows] == [0, 320_000, 860_000, -460_000]
    assert (page.cumulative, page.paid, page.first_loss_left) == (2_900_000, 720_000, 0)
    assert page.rows[0].due_on == date(2026, 2, 15)
    assert page.rows[0].late
    assert page.forced_on == date(2035, 7, 31)
    assert [row.used for row in page.tiers] == [2_000_000, 900_000, 0]


@pytest.mark.parametrize(("month", "words"), [(3, "reported in a later one"), (12, "still to come")])
def test_months_come_in_order_and_never_early(manager, month, words):
    agreement = agreed(manager)
    reported(agreement, manager, 4, "1")
    with pytest.raises(NotAllowed, match=words):
        reported(agreement, manager, month, "1")


def test_an_agreement_belongs_to_its_bank_and_states_what_its_form_asks(manager):
    with pytest.raises(NotAllowed, match="another bank"):
        reported(agreed(manager), UserFactory(roles=[Role.MANAGER]), 4, "1")
    with pytest.raises(NotAllowed, match="kept by a manager"):
        agreed(UserFactory(roles=[Role.UPLOADER]))
    with pytest.raises(NotAllowed, match="begins above"):
        agreed(manager, form="standard_2009", stated={"first_loss": MILLION, "stated_threshold": Decimal(5)})


def test_net_to_bank_and_cost_to_receiver_of_every_bid(db):
    held = make_auction()
    Sale.objects.filter(pk=held.sale.pk).update(kind="shared_loss")
    high, low = held.bidder(), held.bidder()
    held.bid(high, A="90", B="90", C="90")
    held.bid(low, A="80")
    sale = held.open()
    agreement = agreed(held.seller)
    reported(agreement, held.seller, 5, "2500000")
    assert costs_by_offer(sale) == {}
    sharedloss.cover(sale=sale, agreement=agreement, costs=Decimal("35000"), by=held.seller, at=AT)
    found = {row.offer.bid.entry.bidder: row.share for row in offers_of(sale)}
    whole = found[high]  # 350,000 + 35,000 on top of 2,500,000: all of it in the tier of 80 percent
    assert (whole.loss, whole.bank, whole.receiver) == (385_000, 77_000, 308_000)
    assert whole.net_to_bank == 3_150_000 + 308_000 - 35_000
    part = found[low]  # lot A alone: 200,000 and its share of the costs
    assert (part.costs, part.loss, part.bank) == (10_000, 210_000, 42_000)
    assert set(costs_by_offer(sale)) == set(Offer.objects.values_list("pk", flat=True))


@pytest.fixture
def opened(db):
    """Lot A for 90 percent, lot B for 50, lot C withdrawn; nothing lost before, half of the first tier used up by A."""
    held = make_auction()
    Sale.objects.filter(pk=held.sale.pk).update(kind="shared_loss")
    held.bid(held.bidder(), A="90")
    held.bid(held.bidder(), B="50")
    sale = held.open()
    sale.lots.filter(code="C").update(status="withdrawn")
    agreement = agreed(held.seller, form="flat_2010", stated={"first_loss": Decimal("200000")})
    sharedloss.cover(sale=sale, agreement=agreement, costs=Decimal("30000"), by=held.seller, at=AT)
    return held, Sale.objects.get(pk=sale.pk), agreement


def test_the_working_of_a_bid_goes_tier_by_tier_and_withdrawn_lots_bear_no_costs(opened):
    _, sale, _ = opened
    first, second = (costs_by_offer(sale)[offer.pk] for offer in Offer.objects.order_by("total"))
    assert (first.book, first.share.costs, first.share.loss) == (1_000_000, 10_000, 110_000)
    assert [(part.percent, part.loss, part.receiver) for part in first.parts] == [(0, 110_000, 0)]
    assert [(part.percent, part.loss, part.receiver) for part in second.parts] == [
        (0, 200_000, 0), (80, 820_000, 656_000)
    ]  # fmt: skip
    assert second.share.receiver == sum(part.receiver for part in second.parts)


def test_bids_cost_more_together_where_they_reach_a_higher_tier(opened):
    _, sale, _ = opened
    alone = sum(cost.share.receiver for cost in costs_by_offer(sale).values())
    together = cost_together(sale, Offer.objects.all())
    assert (alone, together.share.receiver) == (656_000, 744_000)
    assert together.share.bank + together.share.receiver == together.share.loss == 1_130_000


def test_losses_reported_after_the_award_do_not_change_what_its_bids_cost(opened):
    held, sale, agreement = opened
    before = costs_by_offer(sale)
    Sale.objects.filter(pk=sale.pk).update(awarded_at=AT - timedelta(days=1))
    reported(agreement, held.seller, 5, "150000")
    assert costs_by_offer(sale) != before, "up to the award they do"
    assert costs_by_offer(Sale.objects.get(pk=sale.pk)) == before


def test_only_a_portfolio_sale_is_covered(manager):
    held = make_auction()
    with pytest.raises(NotAllowed, match="Only a portfolio sale"):
        sharedloss.cover(sale=held.sale, agreement=agreed(held.seller), costs=Decimal(0), by=held.seller, at=AT)

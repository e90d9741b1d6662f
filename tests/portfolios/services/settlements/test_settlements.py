"""A settlement begins once, with the loans of its lots at prices that add up to the award, and ends the sale."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.policies import NotAllowed
from portfolios.domain.sales import LotStatus, SaleStatus
from portfolios.domain.settlement import allocated
from portfolios.models import Award, Offer, Sale, SettlementLoan
from portfolios.queries.settlements.figures import figures
from portfolios.services import settlements
from tests.portfolios.closing import AWARDED, LATER, make_closing


def test_it_begins_with_the_loans_the_price_and_the_terms(closing):
    found = closing.settlement
    assert (found.status, found.price, found.deposit) == ("diligence", Decimal("1965000.00"), Decimal("25000.00"))
    assert found.loans.count() == 10
    assert found.terms["kick_out_percent"] == "50"
    assert found.buyer == closing.buyer.organization
    assert figures(found).amount == found.award.amount
    assert list(found.events.values_list("kind", flat=True)) == ["begun"]


def test_it_begins_once(closing):
    again = settlements.begin(award=closing.settlement.award, by=closing.second, at=LATER)
    assert again == closing.settlement
    assert again.events.count() == 1


def test_an_award_without_its_second_signature(closing):
    award = closing.settlement.award
    unsigned = Award.objects.create(
        sale=award.sale, offer=make_offer(award), amount=award.amount, proposed_by=closing.seller, proposed_at=AWARDED
    )
    with pytest.raises(NotAllowed, match="second signature"):
        settlements.begin(award=unsigned, by=closing.second, at=AWARDED)


def make_offer(award):
    return Offer.objects.create(bid=award.offer.bid, number=2, prices=award.offer.prices, conforming=True)


@pytest.mark.parametrize("price", ["98.25000", "97.12345", "0.00001", "103.33333"])
def test_the_even_price_is_the_kernel_s(db, price):
    closing = make_closing(price, loans=7)
    loans = SettlementLoan.objects.filter(settlement=closing.settlement)
    upb = {loan.loan_id: loan.upb for loan in loans}
    by_kernel = {each.loan_id: each.amount for each in allocated(upb, Decimal(price))}
    in_table = {
        loan.loan_id: (loan.upb * loan.price / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP") for loan in loans
    }
    assert sum(in_table.values()) == closing.settlement.award.amount == sum(by_kernel.values())
    assert sorted(in_table.values()) == sorted(by_kernel.values())


def test_loans_that_an_addendum_dropped_are_not_settled(closing):
    lot = closing.lots["A"]
    lot.details = {"dropped": ["L00003"]}
    lot.save()
    closing.settlement.loans.all().delete()
    settlements.copy_loans(closing.settlement, lot)
    assert closing.settlement.loans.count() == 9
    assert not closing.settlement.loans.filter(loan_id="L00003").exists()


def test_a_deposit_is_shared_out_over_the_awards_of_a_bidder(closing):
    award = closing.settlement.award
    other = Award.objects.create(
        sale=award.sale, offer=make_offer(award), amount=Decimal("35000.00"), proposed_by=closing.seller,
        proposed_at=AWARDED, confirmed_by=closing.second, confirmed_at=AWARDED,
    )  # fmt: skip
    received = Decimal("25000.00")
    shares = [settlements.deposit_share(each, received) for each in (award, other)]
    assert sum(shares) == received
    assert shares[1] == Decimal("437.50")


def test_a_failed_settlement_leaves_the_lot_unsold_and_ends_the_sale(closing):
    with pytest.raises(NotAllowed, match="Say why"):
        settlements.fail(settlement=closing.settlement, by=closing.seller, at=LATER, note=" ")
    settlements.fail(settlement=closing.settlement, by=closing.seller, at=LATER, note="The buyer withdrew.")
    assert closing.again().status == "failed"
    assert closing.settlement.award.lots.get().status == LotStatus.UNSOLD
    assert Sale.objects.get().status == SaleStatus.NO_AWARD


def test_only_the_seller_ends_it(closing):
    with pytest.raises(NotAllowed, match="manager of the seller"):
        settlements.fail(settlement=closing.settlement, by=closing.buyer, at=LATER, note="No.")


def test_the_day_of_settlement_is_not_before_cut_off(closing):
    with pytest.raises(NotAllowed, match="not before the cut-off"):
        settlements.set_day(settlement=closing.settlement, settles_on=date(2026, 11, 30), by=closing.seller, at=LATER)
    day = date(2026, 12, 21)
    assert (
        settlements.set_day(settlement=closing.settlement, settles_on=day, by=closing.seller, at=LATER).settles_on
        == day
    )

"""The true-up: final figures, a second statement with its changes, agreed to by both sides and paid to the cent."""

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest

from accounts.policies import NotAllowed
from loans.services.files import read_parquet
from portfolios.domain.settlement import Paper
from portfolios.domain.settlement.trueup import TRUE_UP_TRANSITIONS, TrueUpState
from portfolios.models import Settlement, TrueUp
from portfolios.queries.settlements.figures import figures
from portfolios.queries.settlements.overview import turn, working
from portfolios.queries.settlements.trueups import changed_lines, part_rows
from portfolios.queries.settlements.waiting import settlement_due
from portfolios.services import agreements, drawing, fundings, kickouts, trueups
from portfolios.services.allocations import BadList
from tests.portfolios.closing import LATER, make_closing, upload

WHEN = datetime(2027, 1, 20, 15, 0, tzinfo=UTC)


def settle(closing):
    """From the list to the settled award, by the services."""
    for person in (closing.seller, closing.buyer):
        kickouts.agree(settlement=closing.settlement, by=person, at=LATER)
    drawing.draw_up(settlement=closing.settlement, paper=Paper.AGREEMENT, by=closing.seller, at=LATER)
    found = closing.again()
    for person in (closing.seller, closing.buyer):
        agreements.sign(settlement=found, sha256=found.agreement_sha256, by=person, at=LATER)
    drawing.draw_up(settlement=found, paper=Paper.STATEMENT, by=closing.seller, at=LATER)
    fundings.fund(settlement=found, reference="FED 7", by=closing.buyer, at=LATER)
    fundings.confirm_money(settlement=found, by=closing.seller, at=LATER)
    fundings.confirm_loans(settlement=found, by=closing.buyer, at=LATER)
    return closing.again()


@pytest.fixture
def settled(db):
    from tests import snapshots

    def make():
        closing = make_closing()
        settle(closing)
        return closing

    return snapshots.made_once("settled closing", make)


FINALS = (
    "loan_id,upb,paid_to,collected,advances,escrow,note\n"
    "L00001,199500.00,,,,,Curtailment of Nov 28 posted late\n"
    "L00002,0,2026-12-18,,,,Paid off on Nov 30\n"
    "L00003,,2027-01-01,1264.14,310.25,2040,\n"
)


def state(closing, text=FINALS, at=WHEN):
    drawing.true_up(settlement=closing.settlement, upload=upload(text), by=closing.seller, at=at)
    return closing.settlement.true_ups.latest("number")


def agree(closing, true_up):
    for person in (closing.seller, closing.buyer):
        true_up = trueups.agree(true_up=true_up, file=true_up.statement.name, by=person, at=WHEN)
    return true_up


def test_the_second_statement_by_hand(settled):
    """Ten loans of 200,000 at 98.25 and 6.5%, 17 days of interest, 613.89 each.

    Loan 1 had 199,500 left: 196,008.75, that is −491.25; interest 612.35, −1.54. Loan 2 was gone: −196,500.00 and
    −613.89. Loan 3 had paid to 1 Jan: −13 days, −469.44 in place of 613.89 is −1,083.33; collected −1,264.14,
    advances 310.25, escrow −2,040.00. Together −492.79 − 197,113.89 − 4,077.22 = −201,683.90: the seller pays.
    """
    true_up = state(settled)
    assert (true_up.state, true_up.changed, true_up.amount) == ("drawn", 3, Decimal("-201683.90"))
    assert (true_up.payer, true_up.owed) == ("seller", Decimal("201683.90"))
    changes = {row.label: row.change for row in part_rows(true_up)}
    assert changes == {
        "Price of the loans": Decimal("-196991.25"),
        "Accrued interest": Decimal("-1698.76"),
        "Collected after cut-off": Decimal("-1264.14"),
        "Advances": Decimal("310.25"),
        "Escrow balances": Decimal("-2040.00"),
        "Funds due": Decimal("-201683.90"),
    }
    lines = changed_lines(true_up).select("loan_id", "total_change", "note").rows()
    assert lines == [
        ("L00001", Decimal("-492.79"), "Curtailment of Nov 28 posted late"),
        ("L00002", Decimal("-197113.89"), "Paid off on Nov 30"),
        ("L00003", Decimal("-4077.22"), ""),
    ]


def test_every_line_is_there_and_adds_up(settled):
    true_up = state(settled)
    frame, before = read_parquet(true_up.statement), read_parquet(settled.settlement.statement)
    assert frame["loan_id"].to_list() == before["loan_id"].to_list()
    assert frame["total"].sum() == before["total"].sum() + true_up.amount
    assert Decimal(true_up.totals["total"]["after"]) == settled.settlement.funds + true_up.amount
    untouched = frame.filter(~pl.col("loan_id").is_in(["L00001", "L00002", "L00003"]))
    assert untouched.select(before.columns).equals(
        before.filter(pl.col("loan_id").is_in(untouched["loan_id"].implode()))
    )


def test_both_agree_the_seller_pays_and_the_buyer_sees_it_arrive(settled):
    true_up = agree(settled, state(settled))
    assert true_up.state == "agreed"
    with pytest.raises(NotAllowed, match="side that owes"):
        trueups.pay(true_up=true_up, reference="FED 9", by=settled.buyer, at=WHEN)
    trueups.pay(true_up=true_up, reference="FED 9", by=settled.seller, at=WHEN)
    trueups.not_arrived(true_up=true_up, note="Not there at noon.", by=settled.buyer, at=WHEN)
    trueups.pay(true_up=true_up, reference="FED 10", by=settled.seller, at=WHEN)
    with pytest.raises(NotAllowed, match="side that is owed"):
        trueups.confirm(true_up=true_up, by=settled.seller, at=WHEN)
    after = trueups.confirm(true_up=true_up, by=settled.buyer, at=WHEN)
    assert (after.state, after.wire_reference, after.confirmed_by) == ("settled", "FED 10", settled.buyer)
    rows = {row.label: row.amount for row in working(settled.again(), figures(settled.settlement))}
    assert rows["True-up 1"] == Decimal("-201683.90")
    assert rows["Paid in the end"] == settled.settlement.funds - Decimal("201683.90")
    kinds = list(settled.settlement.events.order_by("pk").values_list("kind", flat=True))
    assert kinds[-8:] == [
        "finals", "trued_up", "true_up_seller_agreed", "true_up_buyer_agreed", "true_up_paid", "true_up_not_arrived",
        "true_up_paid", "true_up_settled",
    ]  # fmt: skip


def test_the_buyer_pays_where_more_is_due(settled):
    true_up = agree(settled, state(settled, "loan_id,advances\nL00001,75.10\n"))
    assert (true_up.payer, true_up.owed) == ("buyer", Decimal("75.10"))
    trueups.pay(true_up=true_up, reference="FED 11", by=settled.buyer, at=WHEN)
    assert trueups.confirm(true_up=true_up, by=settled.seller, at=WHEN).state == "settled"


def test_figures_that_change_nothing_settle_with_both_sides(settled):
    true_up = agree(settled, state(settled, "loan_id,upb\nL00001,200000.00\n"))
    assert (true_up.state, true_up.amount, true_up.changed) == ("settled", Decimal("0.00"), 0)


def test_a_later_true_up_starts_where_the_last_one_was_settled(settled):
    agree(settled, state(settled, "loan_id,escrow\nL00001,100.00\n"))
    first = settled.settlement.true_ups.get()
    trueups.pay(true_up=first, reference="FED 9", by=settled.seller, at=WHEN)
    trueups.confirm(true_up=first, by=settled.buyer, at=WHEN)
    second = state(settled, "loan_id,escrow\nL00001,130.00\n")
    assert (second.number, second.amount) == (2, Decimal("-30.00"))


def test_contested_figures_are_stated_anew_and_nobody_s_word_stands(settled):
    true_up = state(settled)
    trueups.agree(true_up=true_up, file=true_up.statement.name, by=settled.seller, at=WHEN)
    contested = trueups.contest(true_up=true_up, note="Loan 3 paid in January.", by=settled.buyer, at=WHEN)
    assert (contested.state, contested.seller_agreed_by) == ("contested", None)
    again = state(settled, "loan_id,upb\nL00001,199500.00\n")
    assert (again.pk, again.state, again.amount, again.note) == (true_up.pk, "drawn", Decimal("-492.79"), "")
    with pytest.raises(NotAllowed, match="drawn up again meanwhile"):
        trueups.agree(true_up=again, file=true_up.statement.name, by=settled.buyer, at=WHEN)


def test_withdrawn_figures_leave_the_statement_as_it_was(settled):
    true_up = trueups.withdraw(true_up=state(settled), note="Wrong month.", by=settled.seller, at=WHEN)
    assert true_up.state == "withdrawn"
    assert state(settled, "loan_id,escrow\nL00001,10\n").number == 2


def test_agreed_figures_are_not_replaced_before_they_are_paid(settled):
    agree(settled, state(settled))
    with pytest.raises(NotAllowed, match="agreed to the true-up as it stands"):
        state(settled)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("loan_id,upb\nL00001,-1\n", "“-1” is below 0. Write 0 for a loan that was paid off."),
        ("loan_id,upb\nX,1\n", "“X” is not a loan of the loans that were bought. Take the line out."),
        ("loan_id,note\nL00001,hm\n", "Name a column “loan_id” and at least one of"),
    ],
)
def test_what_is_wrong_with_final_figures(settled, text, says):
    with pytest.raises(BadList) as refused:
        state(settled, text)
    assert says in str(refused.value)
    assert not TrueUp.objects.exists()


def test_kicked_out_loans_have_no_final_figures(settled):
    settled.settlement.loans.filter(row_no=10).update(proposed_reason="Gone", answer="out")
    with pytest.raises(BadList, match="L00010"):
        state(settled, "loan_id,upb\nL00010,1\n")


def test_figures_come_within_the_announced_days_where_the_sale_is(settled):
    """60 days after December 18, 2026 is February 16, 2027, a Tuesday; it ends at midnight in New York."""
    with pytest.raises(NotAllowed, match=r"due by Feb 16, 2027"):
        state(settled, at=datetime(2027, 2, 17, 5, 0, tzinfo=UTC))
    assert state(settled, at=datetime(2027, 2, 17, 4, 59, tzinfo=UTC)).state == "drawn"
    assert state(settled, at=datetime(2027, 3, 1, tzinfo=UTC)).state == "drawn", "an open one may be corrected later"


def test_no_true_up_before_the_settlement_or_where_none_was_announced(settled):
    Settlement.objects.update(terms={**settled.settlement.terms, "true_up_days": 0})
    with pytest.raises(NotAllowed, match="announced no true-up"):
        state(settled)
    Settlement.objects.update(status="funded")
    with pytest.raises(NotAllowed, match="once the award is settled"):
        state(settled)


def test_whose_turn_it_is(settled):
    seller, buyer = settled.seller, settled.buyer
    assert not settlement_due(seller).exists()
    true_up = state(settled)

    def says(user):
        return turn(settled.again(), figures(settled.settlement), user).strong

    assert settlement_due(seller).exists()
    assert settlement_due(buyer).exists()
    trueups.agree(true_up=true_up, file=true_up.statement.name, by=seller, at=WHEN)
    assert (says(buyer), settlement_due(seller).exists()) == ("You agree to the true-up, or not.", False)
    trueups.agree(true_up=true_up, file=true_up.statement.name, by=buyer, at=WHEN)
    assert (says(seller), settlement_due(buyer).exists()) == ("You send $201,683.90.", False)
    trueups.pay(true_up=true_up, reference="FED 9", by=seller, at=WHEN)
    assert (says(buyer), settlement_due(seller).exists()) == ("You confirm that $201,683.90 arrived.", False)
    assert settlement_due(buyer).exists()


def test_a_worker_killed_in_a_true_up_is_followed_by_another(settled, monkeypatch):
    monkeypatch.setattr(drawing, "AT_ONCE", 0)
    work = drawing.true_up(settlement=settled.settlement, upload=upload(FINALS), by=settled.seller, at=WHEN)

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(trueups, "compared", dies)
        with pytest.raises(KeyboardInterrupt):
            drawing.do(work_id=work.pk, clock=lambda: WHEN)
    assert settled.settlement.true_ups.get().state == "making"
    drawing.true_up(settlement=settled.settlement, upload=upload("loan_id,upb\nL00001,0\n"), by=settled.seller, at=WHEN)
    assert drawing.do(work_id=work.pk, clock=lambda: WHEN), "figures stated anew need not wait for the dead worker"
    assert settled.settlement.true_ups.get().amount == Decimal("-197113.89")


def test_every_way_leads_to_an_end():
    ends = {TrueUpState.SETTLED, TrueUpState.WITHDRAWN}
    reached = {state for state, to in TRUE_UP_TRANSITIONS.items() if set(to) & ends} | ends
    assert all(state in reached or set(to) & reached for state, to in TRUE_UP_TRANSITIONS.items())

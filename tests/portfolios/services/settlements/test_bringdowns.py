"""Bring-down checks by the buyer's criteria: awarded loans only, new ones told apart, suggestions within the cap."""

import pytest

from accounts.policies import NotAllowed
from diligence.models import Run
from portfolios.models import Bundle
from portfolios.queries.settlements.bringdowns import lot_check, suggested
from portfolios.services import bringdowns, kickouts
from tests.diligence.services.pipeline import TODAY, completed
from tests.factories import CriteriaVersionFactory, OrganizationFactory
from tests.portfolios import offers
from tests.portfolios.closing import LATER, make_closing


def check(closing, version=None, criteria=None):
    run = bringdowns.check(
        settlement=closing.settlement, lot=closing.lots["A"], criteria=criteria or closing.criteria, version=version,
        as_of=TODAY, by=closing.buyer, at=LATER,
    )  # fmt: skip
    return completed(run)


def newer(closing, content):
    """A new version of the seller's tape, ready to be checked."""
    tape = closing.lots["A"].bundle.run.version.tape
    return offers.checked_again(tape, closing.seller, None, content).version


def test_loans_below_the_buyer_s_own_score_are_found(closing):
    run = check(closing)
    found = lot_check(closing.settlement, closing.lots["A"])
    assert found.finished == run
    assert [(loan.loan_id, loan.kind) for loan in found.found] == [("L00002", "own"), ("L00005", "own")]
    assert "Credit score below 620" in found.found[0].reason


def test_only_awarded_loans_are_read(closing):
    closing.settlement.loans.filter(row_no=5).delete()
    check(closing)
    assert [loan.row_no for loan in lot_check(closing.settlement, closing.lots["A"]).found] == [2]


def test_a_newer_tape_tells_what_is_new_and_what_is_gone(closing):
    Bundle.objects.update(run=check(closing))  # announced with a check by the same criteria
    closing.lots["A"].refresh_from_db()
    check(closing, newer(closing, offers.tape(9, row_2={"FICO": "580"}, row_4={"FICO": "590"})))
    kinds = {loan.loan_id: loan.kind for loan in lot_check(closing.settlement, closing.lots["A"]).found}
    assert kinds == {"L00004": "new", "L00010": "gone", "L00002": "known"}


def test_another_tape_is_refused(closing):
    other = offers.checked(closing.seller, None, offers.tape(3, first=50), name="other.csv").version
    with pytest.raises(NotAllowed, match="version of the lot's tape"):
        check(closing, other)


def test_criteria_of_another_purchaser_are_refused(closing):
    criteria = CriteriaVersionFactory(organization=OrganizationFactory(kind="purchaser"))
    with pytest.raises(NotAllowed, match="your own"):
        check(closing, criteria=criteria)


def test_suggested_loans_are_asked_out_as_far_as_the_cap_goes(db):
    closing = make_closing(kick_out_percent="10")
    check(closing)
    assert suggested(closing.settlement).height == 2
    assert kickouts.propose_suggested(settlement=closing.settlement, by=closing.buyer, at=LATER) == (1, 1)
    loan = closing.settlement.loans.exclude(proposed_reason="").get()
    assert (loan.loan_id, loan.proposed_reason) == ("L00002", "OWN-1 Credit score below 620")
    with pytest.raises(NotAllowed, match="leaves no room"):
        kickouts.propose_suggested(settlement=closing.settlement, by=closing.buyer, at=LATER)


def test_without_a_finding_nothing_is_suggested(closing):
    with pytest.raises(NotAllowed, match="No bring-down check suggests"):
        kickouts.propose_suggested(settlement=closing.settlement, by=closing.buyer, at=LATER)


def test_the_run_belongs_to_the_seller_s_tape_and_strangers_do_not_see_it(closing):
    run = check(closing)
    assert run in Run.objects.visible_to(closing.seller)
    assert run not in Run.objects.visible_to(closing.buyer)

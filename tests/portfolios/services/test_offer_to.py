"""Bundles without a purchaser: put together, judged, sold or offered later, and never submitted to nobody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.policies import NotAllowed
from diligence.services import runs
from loans.models import CriteriaVersion
from portfolios import policies
from portfolios.domain.lifecycles import BundleStatus
from portfolios.domain.sales import LotStatus, SaleStatus
from portfolios.models import Bundle, Lot, Sale
from portfolios.services import bundles
from tests.diligence.services.pipeline import NOW, completed
from tests.portfolios import offers

pytestmark = pytest.mark.django_db


@pytest.fixture
def unsold(deal) -> Bundle:
    return offers.draft(deal.run, None, by=deal.manager, clean=True)


def checked_by(deal, criteria: CriteriaVersion):
    """The deal's file, checked once more against other criteria."""
    return completed(runs.start(version=deal.run.version, criteria=criteria, as_of=NOW.date(), by=deal.manager, at=NOW))


def test_a_bundle_stands_without_a_purchaser(deal, unsold):
    assert (unsold.purchaser, unsold.offered_to, unsold.loan_count) == (None, "No purchaser yet", 8)
    assert unsold.criteria == deal.run.criteria
    assert not Bundle.objects.visible_to(deal.reviewer).exists()


def test_nobody_is_submitted_to(deal, unsold):
    with pytest.raises(NotAllowed, match="Nobody is asked to buy this bundle yet"):
        bundles.submit(bundle=unsold, by=deal.manager, at=NOW)
    assert Bundle.objects.get().status == BundleStatus.DRAFT


def test_the_database_knows_no_submitted_bundle_without_a_purchaser(unsold):
    with pytest.raises(IntegrityError, match="submitted_to_a_purchaser"):
        Bundle.objects.filter(pk=unsold.pk).update(status=BundleStatus.IN_REVIEW)


def test_a_bundle_without_a_purchaser_can_be_withdrawn(deal, unsold):
    assert bundles.withdraw(bundle=unsold, by=deal.manager, at=NOW, note="Kept.").status == BundleStatus.WITHDRAWN


def test_a_purchaser_comes_later(deal, unsold):
    chosen = bundles.offer_to(bundle=unsold, purchaser=deal.purchaser, run=deal.run, by=deal.manager, at=NOW)
    assert chosen.offered_to == str(deal.purchaser)
    assert chosen.events.first().kind == "offered_to"
    assert chosen.loan_count == 8
    submitted = bundles.submit(bundle=chosen, by=deal.manager, at=NOW)
    assert submitted.status == BundleStatus.IN_REVIEW
    assert Bundle.objects.visible_to(deal.reviewer).get() == submitted


def test_a_purchaser_is_taken_back_until_the_bundle_is_submitted(deal):
    draft = deal.draft()
    assert bundles.offer_to(bundle=draft, purchaser=None, run=deal.run, by=deal.manager, at=NOW).purchaser is None
    submitted = deal.submitted()
    with pytest.raises(NotAllowed, match="with the purchaser"):
        bundles.offer_to(bundle=submitted, purchaser=None, run=deal.run, by=deal.manager, at=NOW)
    bundles.send_back(bundle=submitted, by=deal.reviewer, at=NOW, note="Cure.")
    with pytest.raises(NotAllowed, match="its purchaser stays"):
        bundles.offer_to(bundle=submitted, purchaser=None, run=deal.run, by=deal.manager, at=NOW)


def test_other_criteria_come_with_a_check_of_the_same_file(deal, unsold):
    other = offers.purchaser()
    run = checked_by(deal, offers.published(other, "OTHER-1"))
    chosen = bundles.offer_to(bundle=unsold, purchaser=other, run=run, by=deal.manager, at=NOW)
    assert (chosen.criteria.code, chosen.run, chosen.loan_count) == ("OTHER-1", run, 8)
    assert [event.kind for event in chosen.events.all()][:2] == ["picked_again", "offered_to"]


def test_criteria_of_one_purchaser_are_not_for_another(deal, unsold):
    with pytest.raises(NotAllowed, match="was checked against the criteria of"):
        bundles.offer_to(bundle=unsold, purchaser=offers.purchaser(), run=deal.run, by=deal.manager, at=NOW)


def test_a_check_of_another_file_is_not_taken(deal, unsold):
    elsewhere = offers.checked(deal.manager, deal.run.criteria, offers.tape(3, first=100), "other.csv")
    with pytest.raises(NotAllowed, match="a finished check of the same file"):
        bundles.offer_to(bundle=unsold, purchaser=deal.purchaser, run=elsewhere, by=deal.manager, at=NOW)


def lot_of(bundle: Bundle, status: SaleStatus) -> Lot:
    """The bundle as lot A of a sale that has come to a status."""
    due = {"announced_at": NOW, "bids_due_at": NOW + timedelta(days=14)}
    terms = {
        "name": "November",
        "kind": "bank_bulk",
        "time_zone": "UTC",
        "created_by": bundle.created_by,
        "created_at": NOW,
    }
    sale = Sale.objects.create(number="S-2026-0001", seller=bundle.lender, status=status, **terms, **due)
    return Lot.objects.create(sale=sale, code="A", name="A", bundle=bundle)


def steps(deal, bundle: Bundle) -> list[str]:
    """Why each of the lender's steps is refused; empty texts where it is not."""
    checks = (policies.check_can_change, policies.check_can_choose_purchaser, policies.check_can_withdraw)
    return [policies.refusal(check, deal.manager, bundle) for check in checks]


@pytest.mark.parametrize("status", [SaleStatus.OPEN, SaleStatus.CLOSED, SaleStatus.OPENED, SaleStatus.AWARDED])
def test_what_is_on_sale_stays_as_it_is(deal, unsold, status):
    lot = lot_of(unsold, status)
    assert all(f"lot A of {lot.sale.number}" in reason for reason in steps(deal, unsold))


@pytest.mark.parametrize("status", [SaleStatus.DRAFT, SaleStatus.CANCELLED, SaleStatus.NO_AWARD])
def test_before_and_after_a_sale_the_lender_is_free(deal, unsold, status):
    lot_of(unsold, status)
    assert steps(deal, unsold) == ["", "", ""]


def test_a_lot_that_was_withdrawn_holds_no_bundle(deal, unsold):
    lot = lot_of(unsold, SaleStatus.OPEN)
    lot.status = LotStatus.WITHDRAWN
    lot.save()
    assert steps(deal, unsold) == ["", "", ""]

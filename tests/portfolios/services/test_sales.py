"""A sale from draft to announcement, on a real bundle."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import OrganizationKind, Role
from accounts.policies import NotAllowed
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import encoded, new_key_pair
from portfolios.models import BundleLoan, Sale, SealedBid
from portfolios.services import addenda, bidders, salehashes, sales
from tests.diligence.services.pipeline import NOW
from tests.factories import OrganizationFactory, UserFactory
from tests.portfolios.auction import make_auction

DUE = NOW + timedelta(days=14)


@pytest.fixture
def draft(deal):
    sale = sales.create(name=" Project Kestrel ", kind="bulk", time_zone="America/New_York", by=deal.manager, at=NOW)
    return sale, deal


def ready(draft, *, openers=3):
    """A draft that lacks nothing."""
    sale, deal = draft
    sales.add_lot(sale=sale, bundle=deal.draft(), name="", by=deal.manager)
    people = {f"opener-{number}": UserFactory() for number in range(openers)}
    for opener in sales.name_openers(sale=sale, people=people, by=deal.manager, at=NOW):
        public = encoded(new_key_pair().public)
        sales.keep_key(opener=opener, public_key=public, wrapped=None, by=opener.user, at=NOW)
    bidders.invite(sale=sale, organization=OrganizationFactory(kind=OrganizationKind.INVESTOR), by=deal.manager, at=NOW)
    dates = {"bids_due_at": DUE, "cut_off_on": date(2026, 12, 1)}
    return sales.set_terms(sale=sale, terms=Terms(), by=deal.manager, **dates)


def test_a_draft_begins_with_the_terms_of_its_kind(draft):
    sale, deal = draft
    assert (sale.name, sale.status, sale.seller) == ("Project Kestrel", "draft", deal.manager.organization)
    assert sale.number.startswith(f"S-{NOW.year}-")
    assert Terms.from_json(sale.terms).deposit_percent == "2"


def test_a_draft_begins_with_the_usual_dates_of_its_kind_on_business_days():
    friday = datetime(2026, 12, 11, 15, 0, tzinfo=UTC)
    dates = sales.usual_dates("bulk", "America/New_York", friday)
    assert dates["bids_due_at"] == datetime(2026, 12, 28, 19, 0, tzinfo=UTC), "Christmas is moved past, and the weekend"
    assert (dates["award_due_on"], dates["settles_on"]) == (date(2026, 12, 30), date(2027, 1, 20))


def test_a_lot_takes_count_balance_and_strata_of_its_bundle(draft):
    sale, deal = draft
    bundle = deal.draft()
    lot = sales.add_lot(sale=sale, bundle=bundle, name="Seasoned", by=deal.manager)
    assert (lot.code, lot.loan_count, lot.upb) == ("A", bundle.kept_count, bundle.kept_upb)
    assert lot.summary["strata"] == bundle.summary["strata"]
    assert bundle.summary["totals"].items() <= lot.summary["totals"].items()
    assert lot.tape_sha256 == salehashes.list_hash(bundle)
    with pytest.raises(NotAllowed, match="is a lot of this sale already"):
        sales.add_lot(sale=sale, bundle=bundle, name="", by=deal.manager)


def test_only_own_bundles_are_offered(draft):
    sale, deal = draft
    bundle = deal.draft()
    other = UserFactory(roles=[Role.MANAGER])
    theirs = sales.create(name="Other", kind="bulk", time_zone="UTC", by=other, at=NOW)
    with pytest.raises(NotAllowed, match="seller's own bundles"):
        sales.add_lot(sale=theirs, bundle=bundle, name="", by=other)
    with pytest.raises(NotAllowed, match="manager of the seller"):
        sales.add_lot(sale=sale, bundle=bundle, name="", by=other)


def test_an_announced_sale_stands(draft):
    sale = ready(draft)
    _, deal = draft
    announced = sales.announce(sale=sale, by=deal.manager, at=NOW)
    assert (announced.status, announced.announced_at) == ("open", NOW)
    assert len(announced.terms_hash) == len(announced.tape_sha256) == 64
    with pytest.raises(NotAllowed, match="stay as they are"):
        sales.set_terms(sale=announced, terms=Terms(k=3), by=deal.manager)
    opener = announced.openers.first()
    with pytest.raises(NotAllowed, match="shut out every bid"):
        sales.keep_key(opener=opener, public_key=opener.public_key, wrapped=None, by=opener.user, at=NOW)


def test_one_hash_fixes_everything_that_settles_something_later(draft):
    sale, deal = ready(draft), draft[1]
    first = sales.announceable(sale=sale)
    assert sales.announceable(sale=sale) == first
    changes = [
        {"terms": Terms(trailing_days=90)}, {"terms": Terms(claim_days=90)}, {"terms": Terms(day_count="actual/365")},
        {"cut_off_on": date(2026, 12, 2)}, {"settles_on": date(2027, 2, 1)}, {"award_due_on": date(2027, 1, 1)},
        {"time_zone": "UTC"}, {"name": "Project Heron"},
    ]  # fmt: skip
    found = set()
    for change in changes:
        with transaction.atomic():
            sales.set_terms(sale=sale, by=deal.manager, **({"terms": Terms()} | change))
            found.add(sales.announceable(sale=sale))
            transaction.set_rollback(True)
    assert len(found - {first}) == len(changes)


def test_two_managers_change_one_draft_without_undoing_each_other(draft):
    sale, deal = draft
    before = salehashes.state_of(sale)
    sales.set_terms(sale=sale, terms=lambda terms: replace(terms, extension_minutes=5), by=deal.manager)
    later = sales.set_terms(sale=sale, terms=lambda terms: replace(terms, claim_days=90), by=deal.manager)
    terms = Terms.from_json(later.terms)
    assert (terms.extension_minutes, terms.claim_days) == (5, 90)
    with pytest.raises(NotAllowed, match="saved these terms meanwhile"):
        sales.set_terms(sale=sale, terms=Terms(), by=deal.manager, seen=before)
    assert sales.set_terms(sale=sale, terms=Terms(), by=deal.manager, seen=salehashes.state_of(later))


def test_what_is_announced_is_what_was_looked_at(draft):
    sale, deal = ready(draft), draft[1]
    seen = sales.announceable(sale=sale)
    bundle = sale.lots.get().bundle
    gone = bundle.loans.filter(kicked_out="").first()
    bundle.loans.filter(pk=gone.pk).update(kicked_out="R001")
    with pytest.raises(NotAllowed, match="changed since this page was opened"):
        sales.announce(sale=sale, by=deal.manager, at=NOW, seen=seen)
    announced = sales.announce(sale=sale, by=deal.manager, at=NOW, seen=sales.announceable(sale=sale))
    assert announced.terms_hash != seen
    with pytest.raises(NotAllowed, match="stay as they are"):
        sales.announce(sale=sale, by=deal.manager, at=NOW)


def test_a_lot_is_not_withdrawn_after_the_deadline_however_late_the_record_is_closed(db):
    held = make_auction()
    lot = held.sale.lots.get(code="A")
    late = held.sale.bids_due_at + timedelta(microseconds=1)
    with pytest.raises(NotAllowed, match="until bids are due"):
        addenda.withdraw_lot(sale=held.sale, lot=lot, text="Litigation.", by=held.seller, at=late)
    in_time = held.sale.bids_due_at
    assert addenda.withdraw_lot(sale=held.sale, lot=lot, text="Litigation.", by=held.seller, at=in_time).number == 1


def test_an_invitation_is_not_taken_back_by_who_still_saw_a_draft(draft):
    sale, deal = ready(draft), draft[1]
    bidder = sale.bidders.select_related("sale").get()
    sales.announce(sale=sale, by=deal.manager, at=NOW)
    with pytest.raises(NotAllowed, match="stay as they are"):
        bidders.take_back_invitation(bidder=bidder, by=deal.manager, at=NOW)
    assert sale.bidders.exists()


def test_the_stalking_horse_is_one_of_the_bidders(draft):
    sale, deal = ready(draft), draft[1]
    horse = sale.bidders.get().organization.name
    terms = Terms(format="open", minimum_increment="1000.00", stalking_price="5000000.00", stalking_horse=horse)
    sales.set_terms(sale=sale, terms=terms, by=deal.manager)
    assert sales.announceable(sale=sale)
    sales.set_terms(sale=sale, terms=replace(terms, stalking_horse="Long Gone LP"), by=deal.manager)
    with pytest.raises(NotAllowed, match=r"The stalking horse, Long Gone LP, is not invited\."):
        sales.announce(sale=sale, by=deal.manager, at=NOW)


def spoil_lots(sale):
    sale.lots.all().delete()


def spoil_deadline(sale):
    Sale.objects.filter(pk=sale.pk).update(bids_due_at=NOW)


def spoil_cut_off(sale):
    Sale.objects.filter(pk=sale.pk).update(cut_off_on=None)


def spoil_keys(sale):
    sale.openers.filter(name="opener-1").update(public_key="")


def spoil_openers(sale):
    sale.openers.filter(name="opener-1").delete()


def spoil_organizations(sale):
    for opener in sale.openers.select_related("user"):
        opener.user.organization = sale.seller
        opener.user.save()


def spoil_bidders(sale):
    sale.bidders.all().delete()


def spoil_independence(sale):
    bidders_ = sale.bidders.get()
    bidders_.organization = sale.openers.first().user.organization
    bidders_.save()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_lots, "no lot"),
        (spoil_deadline, "passed already"),
        (spoil_cut_off, "which date the balances"),
        (spoil_openers, "at least 3 openers"),
        (spoil_organizations, "two organizations"),
        (spoil_independence, "invited to bid"),
        (spoil_keys, "made a key"),
        (spoil_bidders, "Nobody is invited"),
    ],
)
def test_what_is_missing_is_said_before_the_announcement(draft, spoil, words):
    sale = ready(draft)
    _, deal = draft
    spoil(sale)
    with pytest.raises(NotAllowed, match=words):
        sales.announce(sale=sale, by=deal.manager, at=NOW)
    assert Sale.objects.get(pk=sale.pk).status == "draft"


def test_an_addendum_drops_loans_and_changes_the_tape(draft):
    sale = ready(draft)
    _, deal = draft
    sale = sales.announce(sale=sale, by=deal.manager, at=NOW)
    before = sale.tape_sha256
    lot = sale.lots.get()
    gone = BundleLoan.objects.filter(bundle=lot.bundle, kicked_out="").first()
    made = addenda.publish(sale=sale, text="One loan paid off.", dropped={"A": [gone.loan_id]}, by=deal.manager, at=NOW)
    after = sale.lots.get()
    assert (after.loan_count, after.upb) == (lot.loan_count - 1, lot.upb - gone.upb)
    sale.refresh_from_db()
    assert (made.number, made.replaces_sha256, made.tape_sha256) == (1, before, sale.tape_sha256)
    assert sale.tape_sha256 != before
    with pytest.raises(NotAllowed, match="does not hold all"):
        addenda.publish(sale=sale, text="Another.", dropped={"A": ["no such loan"]}, by=deal.manager, at=NOW)


@pytest.mark.django_db
def test_a_cancelled_sale_deletes_its_envelopes_unread():
    auction = make_auction()
    auction.bid(auction.bidder(), A="98")
    sale = sales.cancel(sale=auction.sale, by=auction.seller, at=NOW, note="The owner keeps the loans.")
    assert (sale.status, SealedBid.objects.count()) == ("cancelled", 0)
    assert sale.events.get(kind="cancelled").facts == {"envelopes": 1}


@pytest.mark.django_db
def test_an_opened_sale_is_not_cancelled():
    auction = make_auction()
    auction.bid(auction.bidder(), A="98")
    with pytest.raises(NotAllowed, match="reject all bids"):
        sales.cancel(sale=auction.open(), by=auction.seller, at=NOW, note="")


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "zone"), [("other", "UTC"), ("bulk", "Mars/Olympus")])
def test_a_kind_and_a_zone_of_the_list(kind, zone):
    with pytest.raises(NotAllowed, match="of the list"):
        sales.create(name="x", kind=kind, time_zone=zone, by=UserFactory(roles=[Role.MANAGER]), at=NOW)


@pytest.mark.django_db
def test_other_assets_are_stated_by_the_seller():
    seller = UserFactory(roles=[Role.MANAGER])
    sale = sales.create(name="All", kind="section_363", time_zone="UTC", by=seller, at=NOW)
    lot = sales.add_other_lot(
        sale=sale, asset_class="customer_list", name="Customers", by=seller, loan_count=117_000,
        details={"consent": "Notice and opt-out by e-mail.", "fields": ["name", "e-mail"]},
    )  # fmt: skip
    assert (lot.code, lot.loan_count, lot.upb, lot.bundle) == ("A", 117_000, Decimal(0), None)

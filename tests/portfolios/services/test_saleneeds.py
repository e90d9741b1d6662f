"""What kinds of sales need: recorded, found in the sale, and asked for before the announcement and the award."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from django.db import transaction

from accounts.models import OrganizationKind, Role
from accounts.policies import NotAllowed
from loans.models import TapeChunk
from loans.services.files import part_of, read_parquet
from portfolios.domain.saleneeds import Relation
from portfolios.models import Bidder, Lot, Sale
from portfolios.policies.sales import check_can_announce
from portfolios.queries.saleneeds import barred_because, mixes, open_before_award, open_needs
from portfolios.queries.sales.needs import of_kind
from portfolios.services import bidders, saleneeds, sales
from tests.diligence.services.pipeline import NOW
from tests.factories import OrganizationFactory, UserFactory

DUE = NOW + timedelta(days=40)


@pytest.fixture
def seller(db):
    return UserFactory(roles=[Role.MANAGER])


def draft(seller, kind: str) -> Sale:
    sale = sales.create(name="Project Kestrel", kind=kind, time_zone="America/New_York", by=seller, at=NOW)
    Sale.objects.filter(pk=sale.pk).update(bids_due_at=DUE)
    sale.refresh_from_db()
    return sale


def investor(name: str = "North Shore Capital LP"):
    return OrganizationFactory(kind=OrganizationKind.INVESTOR, name=name)


def invited(sale, seller, name: str = "North Shore Capital LP") -> Bidder:
    return bidders.invite(sale=sale, organization=investor(name), by=seller, at=NOW)


def recorded(sale, seller, code, **values):
    given = {"on": NOW.date(), "reference": "File 12", "said_by": "The receiver", **values}
    return saleneeds.record_need(sale=sale, code=code, by=seller, at=NOW, **given)


def test_a_bulk_sale_needs_nothing(seller):
    assert open_needs(draft(seller, "bulk")) == []


def test_what_is_recorded_is_no_longer_open_and_stays(seller):
    sale = draft(seller, "section_363")
    assert open_needs(sale) == ["The court's order of the bid procedures is not recorded."]
    made = recorded(sale, seller, "court_order", said_by="District of Delaware", reference="Docket 214")
    assert open_needs(sale) == []
    assert sale.events.get(kind="need_recorded").facts["reference"] == "Docket 214"
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        type(made).objects.filter(pk=made.pk).update(reference="Docket 215")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reference": " "}, "reference, or choose"),
        ({"on": NOW.date() + timedelta(days=1)}, "still to come"),
    ],
)
def test_a_record_says_where_it_stands_and_since_when(seller, values, words):
    with pytest.raises(NotAllowed, match=words):
        recorded(draft(seller, "section_363"), seller, "court_order", **values)


def test_only_what_the_kind_needs_is_recorded_by_its_seller(seller):
    sale = draft(seller, "bulk")
    with pytest.raises(NotAllowed, match="does not need it"):
        recorded(sale, seller, "court_order")
    with pytest.raises(NotAllowed, match="manager of the seller"):
        recorded(draft(seller, "section_363"), UserFactory(roles=[Role.MANAGER]), "court_order")


def test_covenants_are_written_down(seller):
    sale = draft(seller, "npl")
    with pytest.raises(NotAllowed, match="wording"):
        recorded(sale, seller, "buyer_covenants")
    recorded(sale, seller, "buyer_covenants", text="Offer a modification before foreclosure.")
    assert open_needs(sale) == []


def test_a_direct_sale_has_one_bidder(seller):
    sale = draft(seller, "direct")
    assert open_needs(sale) == ["This kind of sale has exactly one bidder; 0 are invited."]
    invited(sale, seller)
    assert open_needs(sale) == []


def test_notice_is_given_thirty_days_before_bids_are_due_where_the_sale_is_held(seller):
    sale = draft(seller, "shared_loss")
    assert "The written notice to the receiver is not recorded." in open_needs(sale)
    recorded(sale, seller, "notice_30_days")
    assert not any("Notice" in problem for problem in open_needs(sale))
    Sale.objects.filter(pk=sale.pk).update(bids_due_at=NOW + timedelta(days=29))
    sale.refresh_from_db()
    assert any("at least 30 are needed" in problem for problem in open_needs(sale))


def test_the_usual_deadline_of_a_draft_leaves_thirty_days_for_a_notice_given_today(seller):
    sale = draft(seller, "shared_loss")
    dates = sales.usual_dates("shared_loss", sale.time_zone, NOW)
    Sale.objects.filter(pk=sale.pk).update(**dates)
    sale.refresh_from_db()
    recorded(sale, seller, "notice_30_days")
    assert not any("at least 30 are needed" in problem for problem in open_needs(sale))


def test_affiliates_and_contractors_are_not_invited_and_not_qualified(seller):
    sale = draft(seller, "shared_loss")
    bidder = invited(sale, seller, "Twin Servicing LLC")
    saleneeds.name_related_party(
        name=" twin servicing llc ", relation=Relation.CONTRACTOR, note="Services 2019-1", by=seller, at=NOW
    )
    assert any("is a contractor of" in problem for problem in open_needs(sale))
    with pytest.raises(NotAllowed, match="it is a contractor"):
        bidders.qualify(bidder=bidder, until=date(2030, 1, 1), deposit=Decimal(0), by=seller, at=NOW)
    other = draft(seller, "shared_loss")
    with pytest.raises(NotAllowed, match="cannot bid in this sale"):
        bidders.invite(sale=other, organization=bidder.organization, by=seller, at=NOW)
    assert barred_because(draft(seller, "bulk"), bidder.organization) == ""


def test_a_party_comes_off_the_list_and_the_list_is_the_sellers(seller):
    sale = draft(seller, "shared_loss")
    party = saleneeds.name_related_party(name="Twin", relation=Relation.AFFILIATE, note="", by=seller, at=NOW)
    again = saleneeds.name_related_party(name="TWIN", relation=Relation.AFFILIATE, note="", by=seller, at=NOW)
    assert again == party
    assert barred_because(sale, investor("Twin"))
    with pytest.raises(NotAllowed, match="manager of the seller"):
        saleneeds.end_related_party(party=party, by=UserFactory(roles=[Role.MANAGER]), at=NOW)
    saleneeds.end_related_party(party=party, by=seller, at=NOW)
    assert barred_because(sale, investor("Twin ")) == ""


def test_a_bidder_of_a_receiver_certifies_before_it_is_qualified(seller):
    sale = draft(seller, "receiver")
    bidder = invited(sale, seller)
    Bidder.objects.filter(pk=bidder.pk).update(status="confidential")
    bidder.refresh_from_db()
    terms = {"until": date(2030, 1, 1), "deposit": Decimal(100_000), "by": seller, "at": NOW}
    with pytest.raises(NotAllowed, match="eligibility certificate"):
        bidders.qualify(bidder=bidder, **terms)
    with pytest.raises(NotAllowed, match="Choose the bidder"):
        recorded(sale, seller, "eligibility_certificate")
    recorded(sale, seller, "eligibility_certificate", bidder=bidder, said_by="Ada Öz", reference="Form 7300/06")
    assert bidders.qualify(bidder=bidder, **terms).status == "qualified"
    assert open_before_award(sale) == []


def test_restructured_loans_stand_in_lots_of_their_own(deal):
    sale = draft(deal.manager, "shared_loss")
    bundle = deal.draft()
    sales.add_lot(sale=sale, bundle=bundle, name="Seasoned", by=deal.manager)
    version = bundle.run.version_id
    said(version, False)
    assert [mix.problem for mix in mixes(sale)] == [""]
    first = bundle.loans.filter(kicked_out="").values_list("row_no", flat=True)[0]
    said(version, False, {first: True})
    (mix,) = mixes(sale)
    assert (mix.restructured, mix.others) == (1, bundle.kept_count - 1)
    assert f"Lot A mixes 1 restructured loans with {bundle.kept_count - 1:,} others." in open_needs(sale)
    said(version, None)
    assert any("does not say of" in problem for problem in open_needs(sale))


def said(version_id: int, indicator: bool | None, other: dict[int, bool] | None = None) -> None:
    """Let the tape say of all loans whether they were modified, and of the rows in `other` something else."""
    for part in TapeChunk.objects.filter(version_id=version_id):
        typed = read_parquet(part.typed).drop("modification_indicator", "modification_date", strict=False)
        told = [(other or {}).get(row, indicator) for row in typed["row_no"]]
        column = pl.Series("modification_indicator", told, dtype=pl.Boolean)
        part.typed.save("typed.parquet", part_of(typed.with_columns(column)))


def test_a_list_waits_for_its_ombudsman_before_the_award_and_not_before_the_announcement(seller):
    sale = draft(seller, "bulk")
    Lot.objects.create(sale=sale, code="A", name="Customers", asset_class="customer_list", loan_count=10)
    assert open_needs(sale) == []
    assert open_before_award(sale) == ["The consumer privacy ombudsman has not reported on lot A."]
    sale.lots.update(details={"ombudsman_required": False, "consent_basis": "none", "personal_data": True})
    assert "without consent" in open_before_award(sale)[0]
    sale.lots.update(details={"ombudsman_required": True, "ombudsman_reported_on": "2026-11-01"})
    assert open_before_award(sale) == []


def test_the_announcement_waits_for_what_its_kind_needs(seller, monkeypatch):
    sale = draft(seller, "section_363")
    monkeypatch.setattr("portfolios.policies.sales.needs", lambda sale, at: of_kind(sale))
    with pytest.raises(NotAllowed, match="court's order"):
        check_can_announce(seller, sale, NOW)
    recorded(sale, seller, "court_order")
    check_can_announce(seller, sale, NOW)


def test_a_sale_of_a_list_is_announced_before_its_ombudsman_reports(seller, monkeypatch):
    sale = draft(seller, "bulk")
    Lot.objects.create(sale=sale, code="A", name="Customers", asset_class="customer_list", loan_count=10)
    monkeypatch.setattr("portfolios.policies.sales.needs", lambda sale, at: of_kind(sale))
    check_can_announce(seller, sale, NOW)
    assert open_before_award(sale), "the award waits for the report"

"""The adviser of a sale that the receiver demanded: named by the seller, approved or refused by the receiver."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.models import OrganizationKind, Role
from accounts.policies import NotAllowed
from portfolios.domain.advisers import ADVISER_TRANSITIONS
from portfolios.domain.saleterms import Terms, kinds
from portfolios.models import Bidder, Opener, Sale, SaleAdviser
from portfolios.queries.bidding.terms import terms_in_words
from portfolios.queries.saleneeds import codes_of, open_needs
from portfolios.services import advisers, saleneeds, sales, sharedloss
from tests.diligence.services.pipeline import NOW
from tests.factories import OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return UserFactory(roles=[Role.MANAGER])


@pytest.fixture
def sale(seller):
    """A draft that the receiver demanded."""
    made = sales.create(name="Project Kestrel", kind="shared_loss", time_zone="America/New_York", by=seller, at=NOW)
    return sales.set_terms(sale=made, terms=Terms(demanded=True), by=seller)


@pytest.fixture
def receiver(sale):
    """The receiver's own person, who is an opener of the sale."""
    person = UserFactory(organization__kind=OrganizationKind.RECEIVER, name="Rhea Moss")
    Opener.objects.create(sale=sale, user=person, name="receiver")
    return person


def named(sale, seller, firm="Stonegate Advisers LLC"):
    return advisers.name_adviser(sale=sale, name="Ida Lund", firm=firm, by=seller, at=NOW)


def decided(adviser, by, *, approved=True, **values):
    values = {"on": NOW.date(), "said_by": "R. Moss", "reference": "RCV 17-4", **values}
    return advisers.decide(adviser=adviser, approved=approved, by=by, at=NOW, **values)


def test_a_demanded_sale_needs_the_demand_and_an_adviser_instead_of_consent_and_notice(sale, seller):
    assert codes_of(sale) == ["receiver_demand", "adviser_approved", "separate_restructured", "no_affiliates"]
    bulk = sales.create(name="Other", kind="bulk", time_zone="UTC", by=seller, at=NOW)
    assert kinds()["bulk"].needs_under(Terms(demanded=True)) == () == tuple(codes_of(bulk))
    with pytest.raises(NotAllowed, match="Only a sale that the receiver demanded"):
        named(bulk, seller)


def test_the_receiver_demands_in_the_last_six_months_of_the_agreement(sale, seller):
    assert "No agreement covers the sale" in open_needs(sale)[0]
    agreement = sharedloss.agree(
        form="onewest_2009", name="Agreement", effective_on=date(2020, 1, 1), terminates_on=NOW.date(),
        covered=Decimal(1_000_000), stated={}, by=seller, at=NOW,
    )  # fmt: skip
    sharedloss.cover(sale=sale, agreement=agreement, costs=Decimal(0), by=seller, at=NOW)
    assert open_needs(sale)[0] == "The receiver's written demand is not recorded."
    demand = {"sale": sale, "code": "receiver_demand", "by": seller, "reference": "RCV 17-1"}
    saleneeds.record_need(**demand, at=NOW, on=NOW.date() - timedelta(days=300))
    assert "The receiver may demand a sale after" in open_needs(sale)[0]
    saleneeds.record_need(**demand, at=NOW + timedelta(hours=1), on=NOW.date() - timedelta(days=30))
    assert open_needs(sale)[0] == "No adviser is named whom the receiver could approve."


def test_the_sale_waits_until_the_receiver_approved(sale, seller):
    adviser = named(sale, seller)
    assert "The receiver has not approved Ida Lund of Stonegate Advisers LLC as adviser." in open_needs(sale)
    assert decided(adviser, seller).status == "approved"
    assert not any("adviser" in problem for problem in open_needs(sale))
    said = dict(terms_in_words(sale))["Why it is sold"]
    assert said.endswith("run by Ida Lund of Stonegate Advisers LLC, whom it approved")
    assert list(sale.events.values_list("kind", "public")[:2]) == [
        ("adviser_approved", False),
        ("adviser_named", False),
    ]


def test_a_refused_adviser_makes_room_for_another(sale, seller):
    first = named(sale, seller)
    with pytest.raises(NotAllowed, match="Let it go before you name another"):
        named(sale, seller, "Second Firm")
    with pytest.raises(NotAllowed, match="why the receiver refused"):
        decided(first, seller, approved=False)
    assert decided(first, seller, approved=False, note="Sold for the bank before.").status == "refused"
    with pytest.raises(NotAllowed, match="has decided"):
        decided(first, seller)
    second = named(sale, seller, "Second Firm")
    decided(second, seller)
    with pytest.raises(NotAllowed, match="Say why the adviser goes"):
        advisers.end(adviser=second, note=" ", by=seller, at=NOW)
    advisers.end(adviser=second, note="Left the firm.", by=seller, at=NOW)
    assert "No adviser is named" in " ".join(open_needs(sale))


def test_the_receivers_own_person_decides_here_without_a_letter(sale, seller, receiver):
    made = decided(named(sale, seller), receiver, said_by="somebody else", reference="")
    assert (made.status, made.said_by, made.decided_by) == ("approved", "Rhea Moss", receiver)
    with pytest.raises(NotAllowed, match="Only a manager of the seller"):
        advisers.end(adviser=made, note="No.", by=receiver, at=NOW)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"said_by": " "}, "who decided for the receiver"),
        ({"reference": " "}, "reference of the receiver's letter"),
        ({"on": NOW.date() + timedelta(days=1)}, "still to come"),
    ],
)
def test_a_decision_can_be_looked_up(sale, seller, values, words):
    with pytest.raises(NotAllowed, match=words):
        decided(named(sale, seller), seller, **values)


def test_nobody_else_names_or_decides(sale, seller):
    stranger, opener = UserFactory(roles=[Role.MANAGER]), UserFactory(roles=[Role.MANAGER])
    Opener.objects.create(sale=sale, user=opener, name="witness")
    with pytest.raises(NotAllowed, match="Only a manager of the seller"):
        named(sale, stranger)
    adviser = named(sale, seller)
    for person in (stranger, opener, UserFactory(organization=seller.organization, roles=[Role.UPLOADER])):
        with pytest.raises(NotAllowed, match="Only a manager of the seller"):
            decided(adviser, person)


def test_a_receiver_that_sells_does_not_approve_itself(sale):
    selling = UserFactory(roles=[Role.MANAGER], organization__kind=OrganizationKind.RECEIVER)
    Sale.objects.filter(pk=sale.pk).update(seller=selling.organization)
    Opener.objects.create(sale=sale, user=selling, name="seller")
    with pytest.raises(NotAllowed, match="reference of the receiver's letter"):
        decided(named(sale, selling), selling, reference="")


def test_an_adviser_does_not_bid(sale, seller):
    firm = OrganizationFactory(kind=OrganizationKind.INVESTOR, name="Stonegate Advisers LLC")
    decided(named(sale, seller, "STONEGATE Advisers LLC "), seller)
    Bidder.objects.create(sale=sale, organization=firm, invited_by=seller, invited_at=NOW)
    assert "STONEGATE Advisers LLC is invited to bid, so it cannot advise on the sale." in open_needs(sale)
    advisers.end(adviser=sale.advisers.get(), note="Wants to bid.", by=seller, at=NOW)
    with pytest.raises(NotAllowed, match="cannot advise"):
        named(sale, seller)


def test_a_decided_sale_keeps_its_adviser_and_the_database_keeps_what_was_said(sale, seller):
    adviser = decided(named(sale, seller), seller)
    Sale.objects.filter(pk=sale.pk).update(status="awarded", announced_at=NOW, bids_due_at=NOW)
    with pytest.raises(NotAllowed, match="stays as it was"):
        advisers.end(adviser=adviser, note="Too late.", by=seller, at=NOW)
    for change in ({"firm": "Another"}, {"status": "named"}):
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            SaleAdviser.objects.filter(pk=adviser.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        adviser.delete()


def test_the_lifecycle_names_every_step():
    assert all(later in ADVISER_TRANSITIONS for steps in ADVISER_TRANSITIONS.values() for later in steps)

"""The numbers beside the navigation, and that what was compiled for one person tells nothing about another."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from accounts.models import OrganizationKind, Role
from accounts.roles import ROLES_OF_KIND
from portfolios.domain.lifecycles import BundleStatus
from portfolios.domain.sales import BidderStatus
from portfolios.models import Bundle
from portfolios.queries.bundles import is_lender, is_mine
from portfolios.queries.compiled import MOMENT, ORGANIZATION, PERSON, stands_in
from portfolios.queries.waiting import _numbers, bundles_due, numbers_of, waiting
from tests.factories import BundleFactory, OrganizationFactory, SecurityFactory, UserFactory
from tests.portfolios.auction import BEFORE, make_auction

pytestmark = pytest.mark.django_db


def people_of(kind: OrganizationKind, organization=None):
    """Somebody with every role of the kind, and somebody with each alone."""
    organization = organization or OrganizationFactory(kind=kind)
    held = ROLES_OF_KIND[kind]
    return [UserFactory(organization=organization, roles=list(roles)) for roles in (held, *([role] for role in held))]


def test_what_was_compiled_counts_what_the_query_itself_counts():
    """Everybody of two organizations of each kind, with work that waits for some of them."""
    auction = make_auction()
    auction.bidder(status=BidderStatus.INVITED)
    asker = auction.bidder()
    auction.sale.questions.create(bidder=asker, text="Why?", asked_by=auction.seller, asked_at=BEFORE)
    people = [person for kind in OrganizationKind for _ in range(2) for person in people_of(kind)]
    people += [*people_of(OrganizationKind.LENDER, auction.seller.organization), auction.openers["witness"].user]
    people += [person for bidder in auction.sale.bidders.all() for person in bidder.organization.people.all()]
    for person in people:
        BundleFactory(purchaser=person.organization)
        BundleFactory(lender=person.organization, status=BundleStatus.WITH_LENDER)
        SecurityFactory(created_by=person, red_flags=2, amber_flags=1, watched_at=BEFORE)
    found = []
    for person, at in product(people, (BEFORE, BEFORE + timedelta(days=900))):
        assert _numbers.rows(person, at) == list(numbers_of(person, at))
        found.append(waiting(person, at))
    assert {name for numbers in found for name in numbers} >= {
        "portfolios:bundles", "portfolios:queue", "portfolios:flags", "portfolios:watchlist", "portfolios:sales",
    }  # fmt: skip


def test_every_value_of_a_person_has_its_place_in_the_statement():
    """A key or a moment that Django had changed would stand there for everybody."""
    person = people_of(OrganizationKind.INVESTOR)[0]
    _numbers.rows(person, timezone.now())
    _, params = _numbers.compiled[frozenset(map(str, person.roles)), OrganizationKind.INVESTOR]
    assert {param for param in params if stands_in(param)} == {PERSON, ORGANIZATION, MOMENT}


def test_the_same_bundles_wait_as_the_queue_says():
    purchaser = OrganizationFactory(kind=OrganizationKind.PURCHASER)
    first, *others = people_of(OrganizationKind.PURCHASER, purchaser)
    for status, somebody in product((BundleStatus.IN_REVIEW, BundleStatus.SECOND), (None, first, others[0])):
        BundleFactory(purchaser=purchaser, status=status, assigned_to=somebody, reviewed_by=somebody)
    everybody = [first, *others, *people_of(OrganizationKind.LENDER)]
    for person in everybody:
        queue = Bundle.objects.waiting_for(person) if not is_lender(person) else []
        assert set(bundles_due(person)) == {bundle for bundle in queue if is_mine(bundle, person)}
    assert waiting(first, timezone.now())["portfolios:queue"] == 4


def test_nothing_waits_for_somebody_new():
    assert waiting(UserFactory(roles=[Role.MANAGER]), timezone.now()) == {}

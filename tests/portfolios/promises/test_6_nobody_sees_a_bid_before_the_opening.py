"""A superuser sees no bid in the admin, on a page, in an export or in a backup before the opening."""

import io
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import Role
from portfolios.models import Offer, OpenedBid, OpeningPart, SealedBid
from portfolios.services import addenda
from tests.factories import SuperuserFactory, UserFactory
from tests.portfolios.auction import make_auction

pytestmark = pytest.mark.django_db
CANARY = "87.31947"
FORMS = (CANARY, "873194.70", "873,194.70", "8731947")


@pytest.fixture
def auction():
    auction = make_auction()
    auction.offers(auction.bidder(), [{"A": CANARY}], most_dollars="873194.70")
    auction.reserve(A="873194.70")
    return auction


def holds_canary(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_admin_shows_none(auction):
    client = client_of(SuperuserFactory())
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        answers = [client.get(reverse(f"{name}_changelist"))]
        answers += [
            client.get(reverse(f"{name}_change", args=[row.pk]), follow=True) for row in model.objects.all()[:5]
        ]
        assert [holds_canary(answer.content.decode()) for answer in answers] == [[]] * len(answers), name


def test_what_was_opened_and_the_parts_of_keys_are_not_in_the_admin_at_all():
    assert not {OpenedBid, Offer, OpeningPart} & set(admin.site._registry)


def test_no_address_of_the_sale_shows_one_to_anybody(auction):
    sale, entry = auction.sale, SealedBid.objects.filter(bidder__isnull=False).get()
    manager = UserFactory(organization=auction.seller.organization, roles=[Role.MANAGER])
    people = [SuperuserFactory(), manager, auction.openers["seller"].user, entry.by]
    clients = [(person, client_of(person)) for person in people]
    tried = 0
    for name, arguments in addresses(sale.number, entry.position):
        for person, client in clients:
            answer = client.get(reverse(name, kwargs=arguments))
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert holds_canary(text.decode(errors="replace")) == [], (name, person)
            tried += 1
    assert tried > 60


def addresses(number: str, position: int) -> list[tuple[str, dict[str, Any]]]:
    """Every address of portfolios that a sale and an entry are enough to name, or nothing at all."""
    found = []
    for url in get_resolver("portfolios.urls").url_patterns:
        for arguments in ({}, {"number": number}, {"number": number, "position": position}):
            try:
                reverse(f"portfolios:{url.name}", kwargs=arguments)
            except NoReverseMatch:
                continue
            found.append((f"portfolios:{url.name}", arguments))
    return found


def test_a_backup_holds_none(auction):
    out = io.StringIO()
    call_command("dumpdata", "portfolios", stdout=out)
    assert holds_canary(out.getvalue()) == []
    assert str(auction.sale.number) in out.getvalue()
    assert dumped_tables(CANARY) == []


def test_a_canary_that_lies_open_would_be_found(auction):
    addenda.publish(
        sale=auction.sale, text=f"Not below {CANARY}.", dropped={}, by=auction.seller, at=auction.sale.created_at
    )
    assert "portfolios_addendum" in dumped_tables(CANARY)


def dumped_tables(canary: str) -> list[str]:
    """Tables with the canary in any of their bytes."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
                if canary.encode() in b"".join(bytes(block) for block in copy):
                    found.append(table)
    return found

"""An open auction in browsers: two bidders and the seller in the same room, increments, a moved end, the award."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Windows
from tests.journeys.looking import look
from tests.journeys.people import Person
from tests.running import Running

PageOf = Callable[[Person], Page]
MAKE = """
import json
from django.utils import timezone
from django.db import transaction
from portfolios.models import Sale
from tests.factories import UserFactory
from tests.portfolios.openroom import make_room, person
with transaction.atomic():
    room = make_room(number="S-2026-0902", extension_minutes=1, stalking_horse="Stalking Stable LP",
                     stalking_price="3300000.00", break_up_fee="99000.00", expense_cap="33000.00")
    second = UserFactory(organization=room.seller.organization, roles=["manager"])
print(json.dumps([room.sale.number, *(user.email for user in
                  (room.seller, second, person(room.north), person(room.south), person(room.west)))]))
"""
# The end moves only later by the rules of the database, so the test turns the clock behind their back.
HURRY = """
import json
from django.db import connection, transaction
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("ALTER TABLE portfolios_auction DISABLE TRIGGER USER")
    cursor.execute("UPDATE portfolios_auction SET ends_at = now() + interval '1 second' * SECONDS,"
                   " announced_end = least(announced_end, now() + interval '1 second' * SECONDS)")
    cursor.execute("ALTER TABLE portfolios_auction ENABLE TRIGGER USER")
print(json.dumps(True))
"""
VERIFY = """
import json
from portfolios.domain.salerecord import verified_sale
from portfolios.models import Sale
from portfolios.services.salerecords import record_of
sale = Sale.objects.get(number=NUMBER)
print(json.dumps([sale.status, [each.sentence for each in verified_sale(record_of(sale)) if not each.holds]]))
"""


@dataclass(frozen=True)
class Scene:
    """The number of a sale whose sealed bids are open, and who takes part."""

    number: str
    seller: Person
    second: Person
    north: Person
    south: Person
    west: Person

    @property
    def room(self) -> str:
        return f"/sales/{self.number}/auction/"


@pytest.fixture(scope="module")
def scene(site: Running) -> Scene:
    number, *emails = site.ask(MAKE)
    return Scene(number, *(Person(email, email, "", "", ()) for email in emails))


def bid(page: Page, price: str) -> None:
    page.get_by_role("textbox", name="Your bid").fill(price)
    page.get_by_role("button", name="Bid for all lots").click()


def test_bidders_outbid_one_another_until_the_clock_ends_it(
    site: Running, scene: Scene, page_of: PageOf, windows: Windows
) -> None:
    seller = page_of(scene.seller)
    seller.goto(scene.room)
    expect(seller.get_by_text("2 bidders qualified")).to_be_visible()
    expect(seller.get_by_text("= $3,532,000.00")).to_be_visible()
    look(seller, "auction-start")
    seller.get_by_role("button", name="Start with 2 bidders").click()
    expect(seller.get_by_role("row", name="Stalking Stable LP Leads")).to_be_visible()

    horse, south = page_of(scene.north), page_of(scene.south)
    for page in (horse, south):
        page.goto(scene.room)
    expect(south.get_by_label("Time left")).to_contain_text("$3,532,000.00")
    expect(horse.get_by_label("Time left")).to_contain_text("You lead at")
    look(south, "auction-bidder")
    with windows.watch(south).expecting(422):
        bid(south, "3,531,999.99")
        expect(south.get_by_text("The next bid is at least $3,532,000.00.")).to_be_visible()
    bid(south, "3,532,000")
    expect(south.get_by_label("Time left")).to_contain_text("You lead at")
    expect(horse.get_by_label("Time left")).to_contain_text("$3,500,000.00")  # without a reload; it owes itself nothing
    expect(seller.get_by_role("row", name="Leads")).to_contain_text("$3,532,000.00")

    assert site.ask(HURRY, SECONDS=50)
    bid(horse, "3,500,000")
    expect(horse.get_by_label("Time left")).to_contain_text("Late bids moved the end")
    expect(south.get_by_label("Time left")).to_contain_text("$3,732,000.00")
    look(seller, "auction-running")

    outside = page_of(scene.west)
    outside.goto(scene.room)
    expect(outside.get_by_text("has no seat")).to_be_visible()

    assert site.ask(HURRY, SECONDS=2)
    for page in (horse, south, seller):
        expect(page.get_by_text("Stalking Stable LP won at $3,500,000.00")).to_be_visible()
    look(south, "auction-over")
    award(scene, seller, page_of)
    status, broken = site.ask(VERIFY, NUMBER=scene.number)
    assert (status, broken) == ("awarded", [])


def award(scene: Scene, seller: Page, page_of: PageOf) -> None:
    """One manager proposes what the auction leads to, another one signs."""
    seller.goto(f"/sales/{scene.number}/")
    seller.get_by_role("button", name="Propose award to Stalking Stable LP").click()
    second = page_of(scene.second)
    second.goto(f"/sales/{scene.number}/")
    second.get_by_role("button", name="Confirm award of $3,500,000.00").click()
    expect(second.get_by_text("Awarded").first).to_be_visible()

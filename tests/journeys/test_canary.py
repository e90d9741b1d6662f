"""Promises 1 and 9: a price that was typed lies open nowhere before the opening; without scripts it never leaves.

The installation is searched with its real processes running: all tables, the broker and cache, uploads, logs.
"""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.journeys.conftest import Windows
from tests.journeys.people import PASSWORD, Person
from tests.journeys.stores import holding
from tests.running import Running

PRICE, TYPO, DOLLARS, RESERVE = "87.31947", "86.20358", "4871396.25", "861739.14"
CANARIES = (PRICE, "8731947", "873194.70", "873,194.70", TYPO, "862035.80", DOLLARS, "4,871,396.25", RESERVE)
BIDDER = Person("Nora North", "nora@northshore.example", "North Shore Capital", "investor", ("bidder",))
MAKE_SALE = """
import json
from datetime import timedelta
from django.utils import timezone
from accounts.models import Organization
from accounts.services.organizations import free_slug
from accounts.services.people import create_person
from portfolios.models import Sale
from portfolios.services import sealedrecord
from tests.portfolios.auction import make_auction
now = timezone.now()
auction = make_auction("S-2026-0731")
Sale.objects.filter(pk=auction.sale.pk).update(
    announced_at=now, created_at=now, bids_due_at=now + timedelta(days=1), cut_off_on=now.date())
organization = Organization.objects.create(name=NAME, kind="investor", slug=free_slug(NAME))
create_person(email=EMAIL, name="Nora North", password=PASSWORD, organization=organization, roles=["bidder"])
auction.bidder(organization=organization)
envelope = auction.sealed(None, {"lots": [{"lot": "A", "amount": RESERVE}]})
sealedrecord.reserve(sale=auction.sale, envelope=envelope, by=auction.seller, at=now)
print(json.dumps(auction.sale.number))
"""
ENTRIES = """
import json
from portfolios.models import SealedBid
entries = SealedBid.objects.filter(sale__number=NUMBER).order_by("position")
print(json.dumps([entry.kind for entry in entries]))
"""
PLANT = """
import json
from django.core.cache import cache
from django.utils import timezone
from portfolios.models import Sale
from portfolios.services.sales import record
cache.set("planted", WORD)
record(Sale.objects.get(number=NUMBER), "planted", by=None, at=timezone.now(), note=WORD)
print(json.dumps(True))
"""


@pytest.fixture(scope="module")
def number(site: Running) -> str:
    made: str = site.ask(MAKE_SALE, NAME=BIDDER.organization, EMAIL=BIDDER.email, PASSWORD=PASSWORD, RESERVE=RESERVE)
    return made


@pytest.fixture
def sent() -> list[str]:
    """What browsers sent: addresses and bodies."""
    return []


def follow(page: Page, sent: list[str]) -> Page:
    def keep(request: Request) -> None:
        body = request.post_data_buffer or b""
        sent.append(request.url + body.decode(errors="replace"))

    page.on("request", keep)
    return page


def seal(page: Page, price: str) -> None:
    page.get_by_role("button", name="A", exact=True).click()
    page.locator("[data-price]").fill(price)
    page.get_by_label("Signed by").fill("Nora North")
    page.get_by_text("Limits, validity and allocation").click()
    page.get_by_label("At most, dollars").fill(DOLLARS)
    page.locator("[data-seal]").click()


def test_a_price_lies_open_nowhere_before_the_opening(site, number, page_of, windows, sent):
    page = follow(page_of(BIDDER), sent)
    page.goto(f"/sales/{number}/")
    seal(page, TYPO)
    expect(page.get_by_text("Sealed bid received as number 2")).to_be_visible()
    seal(page, PRICE)
    expect(page.get_by_text("Sealed bid received as number 3")).to_be_visible()
    assert sum(f"/sales/{number}/bid/" in body for body in sent) >= 2
    assert open_words(sent) == []
    send_unsealed(page, windows)
    assert site.ask(ENTRIES, NUMBER=number) == ["reserve", "bid", "bid"]
    assert holding(site, CANARIES) == []


def open_words(sent: list[str]) -> list[str]:
    """The canaries in what browsers sent."""
    return [word for word in CANARIES for body in sent if word in body]


def send_unsealed(page: Page, windows: Windows) -> None:
    """Somebody sends the wrong file: the bid itself. It is refused, and kept nowhere either."""
    content = json.dumps({"offers": [{"lots": [{"lot": "A", "price": PRICE}]}]}).encode()
    page.get_by_label("Sealed envelope").set_input_files(
        {"name": "bid.json", "mimeType": "application/json", "buffer": content}
    )
    with windows.watch(page).expecting(422):
        page.get_by_role("button", name="Send sealed file").click()
        expect(page.get_by_text("This is not a sealed bid")).to_be_visible()


def test_what_lies_open_would_be_found(site, number):
    word = "canary-of-control-55.00001"
    site.ask(PLANT, NUMBER=number, WORD=word)
    (site.var / "planted.txt").write_text(word)
    found = holding(site, (word,))
    assert "table portfolios_saleevent" in found
    assert "file planted.txt" in found
    assert any(name.startswith("key ") for name in found)


@pytest.fixture
def plain(browser: Browser, site: Running, number: str, page_of, passes) -> Iterator[Page]:
    """A window of the bidder's without JavaScript."""
    page_of(BIDDER)
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, storage_state=passes[BIDDER.email], locale="en-US"
    )
    yield context.new_page()
    context.close()


def test_without_scripts_no_price_is_sent(site, number, plain, sent):
    page = follow(plain, sent)
    page.goto(f"/sales/{number}/")
    assert page.locator("[data-price][name]").count() == 0
    page.locator("[data-price]").first.fill(PRICE)
    page.get_by_label("Signed by").fill("Nora North")
    before = len(site.ask(ENTRIES, NUMBER=number))
    page.locator("[data-seal]").click()
    expect(page.get_by_text("No bid was sent, and no price.")).to_be_visible()
    assert any(f"/sales/{number}/bid/" in body for body in sent)
    assert open_words(sent) == []
    assert len(site.ask(ENTRIES, NUMBER=number)) == before
    assert holding(site, CANARIES) == []

"""A bidder in a browser: seals a bid, gets its receipt, replaces and withdraws it; no price ever leaves the window."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict

import pytest
from playwright.sync_api import Page, Request, expect

from tests.journeys.conftest import Windows
from tests.journeys.looking import look
from tests.journeys.people import PASSWORD, Person
from tests.running import Running

BIDDER = Person("Noor Aziz", "noor@osprey.example", "Osprey Point Capital", "investor", ("bidder",))
CANARY = "87.65432"
MAKE = """
import json
from datetime import timedelta
from django.core.files.base import ContentFile
from django.utils import timezone
from accounts.models import Organization, User
from accounts.services.organizations import free_slug
from accounts.services.people import create_person
from portfolios.models import Sale
from portfolios.services import bidders
from tests.portfolios.auction import form, make_auction
person, now = json.loads(PERSON), timezone.now()
organization, _ = Organization.objects.get_or_create(
    name=person["organization"], defaults={"kind": person["kind"], "slug": free_slug(person["organization"])})
user = User.objects.filter(email=person["email"]).first() or create_person(
    email=person["email"], name=person["name"], password=PASSWORD, organization=organization, roles=person["roles"])
def sale(number, status, **terms):
    auction = make_auction(number, **terms)
    dates = {"announced_at": now - timedelta(days=12), "bids_due_at": now + timedelta(days=2)}
    Sale.objects.filter(pk=auction.sale.pk).update(**dates)
    values = {"sale": auction.sale, "organization": organization, "invited_by": auction.seller, "invited_at": now}
    auction.sale.bidders.create(**values, status=status)
    return auction
taking = sale("S-2026-0101", "qualified", deposit_percent="2", conditions=True)
sale("S-2026-0102", "invited")
sale("S-2026-0103", "qualified")
sale("S-2026-0104", "qualified", linked=False)
other = taking.bidder()
taking.send(other, form([{"A": "98"}]), at=now)
question = bidders.ask(bidder=other, text="Are advances paid?", by=other.organization.people.get(), at=now)
bidders.answer(question=question, text="Yes, on settlement.", by=taking.seller, at=now)
bidders.add_document(sale=taking.sale, title="Offering memorandum", tier=2, upload=ContentFile(b"%PDF", name="om.pdf"),
    by=taking.seller, at=now)
print(json.dumps(True))
"""
PASS_THE_DEADLINE = """
import json
from datetime import timedelta
from django.utils import timezone
from portfolios.models import Sale
Sale.objects.filter(number=NUMBER).update(bids_due_at=timezone.now() - timedelta(milliseconds=1))
print(json.dumps(True))
"""
LATE = """
import json
from portfolios.models import SaleEvent, SealedBid
events = SaleEvent.objects.filter(sale__number=NUMBER, kind="late_bid")
print(json.dumps([events.count(), SealedBid.objects.filter(sale__number=NUMBER).count(), str(events.get().facts)]))
"""
SALE, INVITED, LATE_SALE, SINGLE = (f"/sales/S-2026-010{number}/" for number in (1, 2, 3, 4))


@pytest.fixture(scope="module")
def _sales(site: Running) -> None:
    """Sales that take bids: one with a bid of somebody else, one to be entered, one that ends, one of single lots."""
    assert site.ask(MAKE, PERSON=json.dumps(asdict(BIDDER)), PASSWORD=PASSWORD)


@pytest.fixture
def page(_sales: None, page_of: Callable[[Person], Page]) -> Page:
    return page_of(BIDDER)


@pytest.fixture
def sent(page: Page) -> list[bytes]:
    """The body of everything that the window sends."""
    bodies: list[bytes] = []

    def keep(request: Request) -> None:
        bodies.append((request.post_data_buffer or b"") + request.url.encode())

    page.on("request", keep)
    return bodies


def seal(page: Page, price: str = CANARY) -> None:
    page.get_by_label(re.compile("^Price, percent")).first.fill(price)
    page.get_by_label("Signed by").fill("Noor Aziz")
    page.get_by_role("button", name=re.compile("^Seal (new )?bid$")).click()


def test_the_way_from_sealing_to_withdrawing(page: Page, sent: list[bytes]) -> None:
    page.goto(SALE)
    expect(page.get_by_role("timer")).to_contain_text("1 d 23 h")
    look(page, "bid-none")
    page.get_by_label(re.compile("^Price, percent")).fill("98.25")
    expect(page.locator("[data-dollars]").first).to_have_text("$3,438,750.00")
    expect(page.locator("[data-deposit]").first).to_have_text("$68,775.00")
    seal(page)
    expect(page.get_by_text("Sealed bid received as number 2 of the record", exact=False)).to_be_visible()
    expect(page.locator("#receipt")).to_contain_text("Number 2")
    expect(page.get_by_role("img", name="2 sealed bids")).to_be_visible()
    look(page, "bid-sealed")

    seal(page, "88")
    expect(page.locator("#receipt")).to_contain_text("Number 3")
    page.get_by_role("link", name="All receipts").click()
    expect(page.get_by_role("row").filter(has_text="Superseded")).to_have_count(1)
    look(page, "bid-receipts")
    page.goto("/my-bids/")
    expect(page.get_by_text("1 superseded")).to_be_visible()
    look(page, "my-bids")

    page.goto(SALE)
    page.get_by_role("link", name="Withdraw bid").click()
    look(page, "bid-withdraw")
    page.get_by_role("button", name="Withdraw bid").click()
    expect(page.get_by_text("None stands")).to_be_visible()
    expect(page.get_by_role("img", name="1 sealed bid")).to_be_visible()

    assert not [body for body in sent if CANARY.encode() in body]
    assert CANARY not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, location.href])")


def test_several_offers_by_keyboard(page: Page) -> None:
    page.goto(SALE)
    page.get_by_role("button", name="Add another offer").press("Enter")
    second = page.locator("[data-offer]").nth(1)
    expect(second.get_by_role("button", name="Whole")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(second.get_by_text("Lots A and B together, all or none.")).to_be_visible()
    second.get_by_label("Price each lot by itself").press("Space")
    second.get_by_label("A. Lot A").fill("$ 97.5")
    second.get_by_label("B. Lot B").fill("99.12345")
    expect(second.locator("[data-dollars]")).to_have_text("$2,957,469.00")
    look(page, "bid-offers")
    page.get_by_label("Signed by").fill("Noor Aziz")
    page.get_by_role("button", name=re.compile("^Seal")).first.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Not sealed.")).to_contain_text("Offer 1: The price is missing.")
    second.get_by_role("button", name="Remove this offer").click()
    expect(page.locator("[data-offer]")).to_have_count(1)


def test_lots_that_cannot_be_linked_are_chosen_one_at_a_time(page: Page) -> None:
    page.goto(SINGLE)
    expect(page.get_by_role("button", name="Whole")).to_have_count(0)
    page.get_by_role("button", name="B", exact=True).click()
    expect(page.get_by_role("button", name="A", exact=True)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name="B", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_label(re.compile("^Price, percent")).fill("50")
    expect(page.locator("[data-dollars]")).to_have_text("$1,000,000.00")


def test_a_bid_that_comes_late_is_refused_and_noted(page: Page, site: Running, windows: Windows) -> None:
    page.goto(LATE_SALE)
    page.get_by_label(re.compile("^Price, percent")).fill(CANARY)
    site.ask(PASS_THE_DEADLINE, NUMBER="S-2026-0103")
    with windows.watch(page).expecting(422):
        seal(page)
        refused = page.get_by_role("alert").filter(has_text="Not received.")
        expect(refused).to_contain_text("arrived late and was not taken")
    events, entries, facts = site.ask(LATE, NUMBER="S-2026-0103")
    assert (events, entries) == (1, 0)
    assert CANARY not in facts


def test_a_lost_answer_is_asked_for_again_with_the_same_bid(page: Page) -> None:
    page.goto(SINGLE)
    page.route("**/bid/", lambda route: route.abort("aborted"), times=1)
    seal(page)
    expect(page.get_by_role("alert").filter(has_text="Not received.")).to_contain_text("could not be reached")
    page.get_by_role("button", name="Seal bid").click()
    expect(page.locator("#receipt")).to_contain_text("Number 1")


def test_without_javascript_no_price_is_posted(page: Page, windows: Windows) -> None:
    still = windows.open(java_script_enabled=False, storage_state=page.context.storage_state())
    bodies: list[bytes] = []
    still.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    still.goto(SALE)
    still.get_by_label(re.compile("^Price, percent")).fill(CANARY)
    with windows.watch(still).expecting(422):
        still.get_by_role("button", name=re.compile("^Seal (new )?bid$")).click()
        expect(still.get_by_text("No bid was sent, and no price.")).to_be_visible()
    assert any(body.startswith(b"csrfmiddlewaretoken=") for body in bodies)
    assert not [body for body in bodies if CANARY.encode() in body]


def test_entering_a_sale(page: Page) -> None:
    page.goto(INVITED)
    expect(page.get_by_text("You cannot bid yet.")).to_be_visible()
    look(page, "bidder-invited")
    page.get_by_role("link", name="Read and sign confidentiality agreement").click()
    look(page, "bidder-agreement")
    page.get_by_label("Your full name").fill("Noor Aziz")
    page.get_by_label(re.compile("I may sign")).check()
    page.get_by_role("button", name="Sign agreement").click()
    expect(page.get_by_text("Signed. The data room", exact=False)).to_be_visible()
    page.get_by_role("link", name="Answer qualification statement").click()
    look(page, "bidder-qualification")
    page.get_by_role("link", name="Back", exact=True).click()
    page.get_by_role("link", name="Ask a question").click()
    page.get_by_label("Your question").fill("When does servicing transfer?")
    look(page, "bidder-ask")
    page.get_by_role("button", name="Send question").click()
    expect(page.get_by_text("Not answered yet.", exact=False)).to_be_visible()


def test_the_data_rooms(page: Page) -> None:
    page.goto("/data-rooms/")
    look(page, "data-rooms")
    page.get_by_role("link", name="Project Kestrel").first.click()
    page.goto(f"{SALE}room/")
    look(page, "data-room")
    with page.expect_download() as download:
        page.get_by_role("link", name="Offering memorandum").click()
    assert download.value.path().read_bytes() == b"%PDF"

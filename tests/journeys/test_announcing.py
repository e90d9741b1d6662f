"""A seller takes a sale from its name to the announcement and on: by keyboard, by mouse, and without scripts."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Windows
from tests.journeys.looking import look
from tests.journeys.people import LENDER, PASSWORD, STRANGER, Person
from tests.running import Running

PageOf = Callable[[Person], Page]
ADVISER = Person("Ada Öz", "ada@fernhill.example", "Fernhill Advisers", "lender", ("manager",))
WITNESS = Person("Wim Quill", "wim@quill.example", "Quill and Partners", "lender", ("manager",))
BIDDER = Person("Noor Aziz", "noor@osprey.example", "Osprey Point Capital", "investor", ("bidder",))
MAKE = """
import json
from accounts.models import Organization, User
from accounts.services.organizations import free_slug
from accounts.services.people import create_person
from django.db import transaction
from tests.portfolios import offers
for person in json.loads(PEOPLE):
    organization, _ = Organization.objects.get_or_create(
        name=person["organization"], defaults={"kind": person["kind"], "slug": free_slug(person["organization"])})
    if not User.objects.filter(email=person["email"]).exists():
        create_person(email=person["email"], name=person["name"], password=PASSWORD, organization=organization,
                      roles=person["roles"])
seller = User.objects.get(email=SELLER)
criteria = offers.published(Organization.objects.get(name="Meridian Capital"), code="SALE-1")
made = []
for name, first in (("Current loans", 7001), ("Seasoned loans", 8001), ("Modified loans", 9001)):
    with transaction.atomic():  # no worker sees a check that it would go on with
        run = offers.checked(seller, criteria, offers.tape(10, first=first), name=f"{name}.csv")
    bundle = offers.draft(run, None, by=seller)
    type(bundle).objects.filter(pk=bundle.pk).update(name=name)
    made.append([bundle.number, list(bundle.loans.order_by("row_no").values_list("loan_id", flat=True))])
print(json.dumps(made))
"""
KEYS = """
import json
from django.utils import timezone
from portfolios.domain.sealing import encoded, new_key_pair
from portfolios.models import Sale
from portfolios.services import sales
for opener in Sale.objects.get(number=NUMBER).openers.all():
    public = encoded(new_key_pair().public)
    sales.keep_key(opener=opener, public_key=public, wrapped=None, by=opener.user, at=timezone.now())
print(json.dumps(True))
"""
ASK = """
import json
from django.utils import timezone
from accounts.models import User
from portfolios.models import Sale
from portfolios.services import bidders
bidder = Sale.objects.get(number=NUMBER).bidders.get()
bidders.ask(bidder=bidder, text="Are escrow advances paid?", by=User.objects.get(email=EMAIL), at=timezone.now())
print(json.dumps(True))
"""


@pytest.fixture(scope="module")
def bundles(site: Running) -> list[Any]:
    """Three added-up bundles of the seller, with their loans."""
    people = json.dumps([asdict(person) for person in (ADVISER, WITNESS, BIDDER)])
    made: list[Any] = site.ask(MAKE, PEOPLE=people, PASSWORD=PASSWORD, SELLER=LENDER.email)
    return made


def test_from_a_name_to_the_announcement(page_of: PageOf, windows: Windows, site: Running, bundles: list[Any]) -> None:
    page = page_of(LENDER)
    number = begin_by_keyboard(page)
    offer_lots(page, number)
    set_terms(page, windows, number)
    name_openers(page, windows, number)
    site.ask(KEYS, NUMBER=number)
    invite(page, number)
    announce(page, number)
    keep_it_running(page, number, site, bundles[0][1][:2])
    stranger = page_of(STRANGER)
    with windows.watch(stranger).expecting(404):
        stranger.goto(f"/sales/{number}/")
    expect(stranger.get_by_role("heading", level=1)).not_to_contain_text("Project Kestrel")


def begin_by_keyboard(page: Page) -> str:
    """Name and kind without touching the mouse; the number of the draft."""
    page.goto("/sales/")
    look(page, "sales-empty")
    page.get_by_role("link", name="New sale").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name").focus()
    page.keyboard.type("Project Kestrel")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Sale to one purchaser")).to_be_checked()
    page.keyboard.press("ArrowUp")
    look(page, "sale-new")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/sales/S-\d{4}-\d{4}/$"))
    expect(page.get_by_text("4 things are missing before the announcement.")).to_be_visible()
    look(page, "sale-draft-empty")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def offer_lots(page: Page, number: str) -> None:
    page.get_by_role("link", name="Add lots").click()
    for name in ("Current loans", "Seasoned loans"):
        page.get_by_role("checkbox", name=re.compile(name)).check()
    page.get_by_role("button", name="Add as lots").click()
    page.get_by_role("textbox", name="Name of lot B").fill("Seasoned 24 months")
    page.get_by_role("button", name="Rename lot B").click()
    expect(page.get_by_role("textbox", name="Name of lot B")).to_have_value("Seasoned 24 months")
    look(page, "sale-lots")


def set_terms(page: Page, windows: Windows, number: str) -> None:
    page.goto(f"/sales/{number}/terms/")
    page.get_by_label("Cut-off").fill("2026-12-01")
    page.get_by_label("Award by").fill("2020-01-01")
    with windows.watch(page).expecting(422):
        page.get_by_role("button", name="Save terms and dates").click()
        expect(page.get_by_text("The award comes on the day bids are due, or later.")).to_be_visible()
    look(page, "sale-terms-refused")
    page.get_by_label("Award by").fill("")
    page.get_by_label("Settlement", exact=True).fill("")
    page.get_by_label("Deposit with the bid").fill("$50,000")
    page.get_by_role("button", name="Save terms and dates").click()
    expect(page.get_by_text("$50,000.00 with the seller before bids are due")).to_be_visible()


def name_openers(page: Page, windows: Windows, number: str) -> None:
    page.goto(f"/sales/{number}/openers/")
    field = page.get_by_label("E-mail addresses of the openers")
    field.fill("nobody@nowhere.example")
    with windows.watch(page).expecting(422):
        page.get_by_role("button", name="Name these openers").click()
        expect(page.get_by_text("Nobody signs in with nobody@nowhere.example.")).to_be_visible()
    field.fill("\n".join(person.email for person in (LENDER, ADVISER, WITNESS)))
    page.get_by_role("button", name="Name these openers").click()
    expect(page.get_by_role("rowheader", name=ADVISER.name)).to_be_visible()
    look(page, "sale-openers")


def invite(page: Page, number: str) -> None:
    page.goto(f"/sales/{number}/bidders/")
    page.get_by_label("Find an organization").fill("osprey")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.get_by_role("checkbox", name=re.compile(BIDDER.organization)).check()
    page.get_by_role("button", name="Invite to bid").click()
    expect(page.get_by_role("rowheader", name=BIDDER.organization)).to_be_visible()
    look(page, "sale-bidders")


def announce(page: Page, number: str) -> None:
    page.goto(f"/sales/{number}/")
    expect(page.get_by_text("Everything is there.")).to_be_visible()
    look(page, "sale-draft")
    page.get_by_role("link", name="Announce", exact=True).click()
    look(page, "sale-announce")
    page.get_by_role("button", name=f"Announce {number}").click()
    expect(page.get_by_text("Bidding open, sealed")).to_be_visible()
    left = page.get_by_role("timer")
    expect(left).to_have_text(re.compile(r"^1\d d \d\d h \d\d m \d\d s$"))
    before = left.text_content()
    expect(left).not_to_have_text(before or "")
    expect(page.get_by_text("The server's clock decides.")).to_be_visible()
    look(page, "sale-running")


def keep_it_running(page: Page, number: str, site: Running, leaving: list[str]) -> None:
    """Answer a question, drop two loans, look at what both sides read."""
    site.ask(ASK, NUMBER=number, EMAIL=BIDDER.email)
    page.goto(f"/sales/{number}/")
    expect(page.get_by_text("1 question is yours to answer.")).to_be_visible()
    page.get_by_role("link", name="Answer", exact=True).click()
    look(page, "sale-questions")
    page.get_by_label("Answer").fill("Yes, at 100% on settlement.")
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.get_by_text("No open question")).to_be_visible()
    page.goto(f"/sales/{number}/addenda/new/")
    page.get_by_label("What bidders are told").fill("Two loans paid off.")
    page.get_by_label("Loans that leave lot A").fill("\n".join(leaving))
    page.get_by_role("button", name="See what changes").click()
    row = page.get_by_role("row", name=re.compile(r"^A\. Current loans"))
    expect(row).to_contain_text("$400,000.00")
    look(page, "sale-addendum")
    page.get_by_role("button", name="Publish to every bidder").click()
    expect(page.get_by_text("2 loans left lot A")).to_be_visible()
    for name in ("addenda", "summary", "history", "cancel"):
        page.goto(f"/sales/{number}/{name}/")
        look(page, f"sale-{name}")


def test_without_scripts_the_same_pages_do(
    page_of: PageOf, windows: Windows, passes: dict[str, Any], bundles: list[Any]
) -> None:
    page_of(LENDER)
    page = windows.open(storage_state=passes[LENDER.email], java_script_enabled=False)
    page.goto("/sales/new/")
    page.get_by_label("Name").fill("Project Wren")
    page.get_by_role("radio", name="Non-performing or re-performing loans").check()
    page.get_by_role("button", name="Begin the draft").click()
    page.get_by_role("link", name="Add lots").click()
    page.get_by_role("checkbox", name=re.compile("Modified loans")).check()
    page.get_by_role("button", name="Add as lots").click()
    expect(page.get_by_role("textbox", name="Name of lot A")).to_have_value("Modified loans")
    page.get_by_role("link", name=re.compile("^Bidders")).first.click()
    page.get_by_label("Find an organization").fill("osprey")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("checkbox", name=re.compile(BIDDER.organization)).check()
    page.get_by_role("button", name="Invite to bid").click()
    page.get_by_role("link", name=BIDDER.organization).click()
    page.get_by_role("button", name="Take the invitation back").click()
    expect(page.get_by_text("Nobody is invited yet.")).to_be_visible()
    page.goto("/sales/?show=bidding")
    for running in page.get_by_role("row", name=re.compile("Project Kestrel")).all()[:1]:
        running.get_by_role("link").click()
        expect(page.get_by_text(re.compile(r"Bids close \w+, \w+ \d+, \d{4} at 2:00:00 PM ET"))).to_be_visible()

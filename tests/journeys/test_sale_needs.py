"""What kinds of sales need, lots of other assets and shared losses, as a seller fills them in and looks at them."""

from collections.abc import Callable
from dataclasses import asdict
from json import dumps

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import people
from tests.journeys.looking import look
from tests.journeys.people import PASSWORD, Person
from tests.running import Running

PageOf = Callable[[Person], Page]
SELLER = Person("Ruth Receiver", "ruth@tidebank.example", "Tide Bank Receivership", "receiver", ("uploader", "manager"))
MAKE = """
import json
from django.utils import timezone
from accounts.models import User
from portfolios.services import sales
by, now = User.objects.get(email=EMAIL), timezone.now()
made = [sales.create(name=name, kind=kind, time_zone="America/New_York", by=by, at=now)
        for name, kind in (("Estate of Tide", "section_363"), ("Tide portfolio", "shared_loss"))]
print(json.dumps([sale.number for sale in made]))
"""


@pytest.fixture(scope="module")
def drafts(site: Running) -> list[str]:
    assert site.ask(people.MAKE, PEOPLE=dumps([asdict(SELLER)]), PASSWORD=PASSWORD)
    numbers: list[str] = site.ask(MAKE, EMAIL=SELLER.email)
    return numbers


def test_a_list_of_customers_and_an_order_of_the_court(drafts: list[str], page_of: PageOf) -> None:
    page = page_of(SELLER)
    page.goto(f"/sales/{drafts[0]}/lots/other/")
    look(page, "other-lot")
    page.get_by_label("What the lot holds").select_option("customer_list")
    page.get_by_label("Name", exact=False).first.fill("Customers of the branches")
    page.get_by_label("Loans or records").fill("2000")
    page.get_by_role("textbox", name="Strata").fill("strata,label,count\nState,California,1200\nState,Texas,800")
    page.get_by_label("Fields of the list").fill("name, e-mail")
    page.get_by_label("Why the list may be handed on").select_option("none")
    page.get_by_role("textbox", name="Privacy policy").fill("4.2")
    page.get_by_role("textbox", name="of", exact=True).fill("2024-05-01")
    page.get_by_role("button", name="Add the lot").click()
    expect(page.get_by_text("Lot A is added")).to_be_visible()

    page.goto(f"/sales/{drafts[0]}/needs/")
    expect(page.get_by_text("The court's order of the bid procedures is not recorded.")).to_be_visible()
    page.get_by_role("textbox", name="Court").fill("District of Delaware")
    page.get_by_role("textbox", name="Docket number").fill("Docket 214")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("District of Delaware")).to_be_visible()
    look(page, "needs-section-363")
    page.get_by_role("link", name="ombudsman, opt-outs").click()
    look(page, "list-facts")
    page.goto(f"/sales/{drafts[0]}/auction/rules/")
    look(page, "auction-rules")


def test_an_agreement_its_months_and_the_sale_it_covers(drafts: list[str], page_of: PageOf) -> None:
    page = page_of(SELLER)
    page.goto(f"/sales/{drafts[1]}/needs/")
    look(page, "needs-shared-loss")
    page.goto("/shared-loss/")
    look(page, "agreements-empty")
    page.get_by_role("link", name="Record an agreement").first.click()
    look(page, "agreement-new")
    page.get_by_label("Form of the agreement").select_option("onewest_2009")
    page.get_by_role("textbox", name="Name").fill("Single-family shared loss")
    page.get_by_label("In force from").fill("2020-01-01")
    page.get_by_label("Until").fill("2030-01-31")
    page.get_by_label("Covered balance").fill("$12,755,400,000")
    page.get_by_role("button", name="Record").click()
    for month, losses, back in (("2020-02", "1,500,000,000", ""), ("2020-03", "1,170,000,000", "30,000,000")):
        page.locator("#id_month").fill(month)
        page.get_by_role("textbox", name="Losses").fill(losses)
        page.get_by_role("textbox", name="Recoveries").fill(back)
        page.get_by_role("button", name="Report").click()
        expect(page.get_by_text("The month is reported")).to_be_visible()
    look(page, "agreement")
    page.get_by_role("link", name="Mar 2020").click()
    expect(page.get_by_text("$71,136,000.00").first).to_be_visible()
    look(page, "certificate")
    page.goto(f"/sales/{drafts[1]}/shared-loss/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("forced sale possible from")).to_be_visible()
    look(page, "sale-shared-loss")

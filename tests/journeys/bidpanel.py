"""The panel in which a bidder makes and seals a bid."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.people import Person


def open_panel(page: Page, number: str) -> Page:
    page.goto(f"/sales/{number}/")
    expect(page.get_by_role("heading", name="Your bid")).to_be_visible()
    return page


def price(page: Page, at: int, lots: tuple[str, ...], amount: str) -> None:
    offer = page.locator("[data-offer]").nth(at)
    for code in lots:
        offer.get_by_role("button", name=code, exact=True).click()
    offer.locator("[data-price]").fill(amount)


def seal(page: Page, person: Person, position: int) -> None:
    sign(page, person)
    page.get_by_role("button", name=re.compile("^Seal (new )?bid$")).click()
    expect(page.locator("#receipt")).to_contain_text(f"Number {position}")


def sign(page: Page, person: Person) -> None:
    page.get_by_label("Signed by").fill(person.name)
    for box in page.locator("[data-certificate]").all():
        box.check()

"""From a signed award to a pool: bring-down by real workers, kick-outs, agreement, statement, wire, confirmation."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import people
from tests.journeys.looking import look
from tests.journeys.people import PASSWORD, Person
from tests.running import Running

SELLER = Person("Hana Lindqvist", "hana@ternbay.example", "Tern Bay Bank", "lender", ("uploader", "manager"))
SECOND = Person("Erik Sand", "erik@ternbay.example", "Tern Bay Bank", "lender", ("manager",))
BUYER = Person("Mira Osgood", "mira@osprey.example", "Osprey Point Capital", "investor", ("bidder", "analyst"))
LOANS = 240
CHECK_MS = 90_000

AWARD = """
import io, json
from datetime import date
from accounts.models import User
from diligence.domain.synthetic import Plan, batches
from diligence.domain.synthetic.files import write_csv
from django.db import transaction
from tests.portfolios.closing import make_closing
text = io.BytesIO()
write_csv(batches(Plan(loans=LOANS, seed=31, as_of=date(2026, 11, 20), defects=0.05)), text, None)
with transaction.atomic():
    found = make_closing(people=tuple(User.objects.get(email=email) for email in EMAILS), tape=text.getvalue(),
                         kick_out_percent="6", deposit_percent="2", servicing="retained")
print(json.dumps([found.settlement.award.sale.number, found.settlement.pk]))
"""


@pytest.fixture(scope="module")
def award(site: Running) -> tuple[str, int]:
    """Number of the sale and key of the settlement of an award that two people of the seller signed."""
    mine = json.dumps([vars_of(person) for person in (SELLER, SECOND, BUYER)])
    assert site.ask(people.MAKE, PEOPLE=mine, PASSWORD=PASSWORD)
    emails = [SELLER.email, SECOND.email, BUYER.email]
    number, key = site.ask(AWARD, EMAILS=emails, LOANS=LOANS)
    return number, key


def vars_of(person: Person) -> dict[str, Any]:
    return {
        "name": person.name, "email": person.email, "organization": person.organization, "kind": person.kind,
        "roles": list(person.roles),
    }  # fmt: skip


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Views of this settlement").get_by_role("link", name=name).click()
    page.wait_for_load_state()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()


def prove(page: Page) -> None:
    """Where the page asks who is there, say so again."""
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name=re.compile("Confirm|Continue")).click()
        page.wait_for_load_state()


def test_from_the_award_to_a_pool(page_of: Callable[[Person], Page], award: tuple[str, int]) -> None:
    number, key = award
    buyer, seller = page_of(BUYER), page_of(SELLER)
    for page in (buyer, seller):
        page.goto(f"/sales/{number}/settlement/")
        page.wait_for_url(f"**/settlement/{key}/")
    look(buyer, "settlement-new-buyer")
    look(seller, "settlement-new-seller")
    bring_down(buyer)
    kick_outs(buyer, seller)
    agree(buyer, seller)
    sign(buyer, seller)
    statement(buyer, seller)
    settle(buyer, seller)
    follow(buyer, seller)


def bring_down(buyer: Page) -> None:
    tab(buyer, "Bring-down")
    look(buyer, "settlement-bring-down-empty")
    buyer.locator("select[name=criteria]").select_option("FNMA-2026-09")
    press(buyer, "Check the lot")
    expect(buyer.get_by_text("Ask out all suggested")).to_be_visible(timeout=CHECK_MS)
    look(buyer, "settlement-bring-down")
    buyer.locator("tbody a.row-link").first.click()
    buyer.wait_for_load_state()
    look(buyer, "settlement-loan")
    buyer.go_back()
    press(buyer, "Ask out all suggested")
    expect(buyer.get_by_text("asked out. The seller answers.")).to_be_visible()


def kick_outs(buyer: Page, seller: Page) -> None:
    seller.reload()
    look(seller, "settlement-waiting-seller")
    seller.get_by_role("link", name="Kick-outs").click()
    seller.wait_for_load_state()
    look(seller, "settlement-loans-seller")
    seller.locator("input[name=places]").first.check()
    seller.get_by_label("Contested: they stay").check()
    seller.get_by_label("Note").fill("The score on the tape is the middle of three")
    press(seller, "Answer the chosen")
    expect(seller.get_by_text("Answered. The price is")).to_be_visible()
    tab(seller, "Loans")
    seller.get_by_label("They leave").check()
    press(seller, re.compile("Answer all"))
    expect(seller.get_by_text("Answered. The price is")).to_be_visible()
    tab(buyer, "Loans")
    look(buyer, "settlement-loans-buyer")


def agree(buyer: Page, seller: Page) -> None:
    for page in (buyer, seller):
        tab(page, "Overview")
    look(buyer, "settlement-answered")
    press(buyer, re.compile("^Agree to"))
    seller.reload()
    press(seller, re.compile("^Agree to"))
    expect(seller.get_by_text("Both sides agreed: loans and price stand.")).to_be_visible()


def sign(buyer: Page, seller: Page) -> None:
    for page in (seller, buyer):
        tab(page, "Agreement")
    look(buyer, "settlement-agreement-none")
    press(seller, "Draw up the agreement")
    look(seller, "settlement-agreement")
    buyer.reload()
    for page in (seller, buyer):
        press(page, re.compile("^Sign for"))
        prove(page)
    expect(buyer.get_by_text("Both sides signed.")).to_be_visible()
    look(buyer, "settlement-agreement-signed")


def statement(buyer: Page, seller: Page) -> None:
    tab(seller, "Statement")
    look(seller, "settlement-statement-none")
    press(seller, "Draw up the statement")
    expect(seller.get_by_text("The statement is drawn up: the wire is")).to_be_visible()
    look(seller, "settlement-statement")
    tab(buyer, "Statement")
    with buyer.expect_download() as download:
        buyer.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename.endswith("statement.xlsx")


def settle(buyer: Page, seller: Page) -> None:
    tab(buyer, "Overview")
    look(buyer, "settlement-to-fund")
    buyer.get_by_label("Reference of the wire").fill("FED 20261218-0042")
    press(buyer, re.compile("was sent$"))
    prove(buyer)
    tab(seller, "Overview")
    look(seller, "settlement-to-confirm")
    press(seller, re.compile("has arrived$"))
    prove(seller)
    buyer.reload()
    press(buyer, re.compile("arrived$"))
    prove(buyer)
    expect(buyer.get_by_text("Paid and delivered.")).to_be_visible()
    look(buyer, "settlement-settled")
    tab(buyer, "History")
    look(buyer, "settlement-history")


def follow(buyer: Page, seller: Page) -> None:
    tab(buyer, "After closing")
    buyer.get_by_text("List a document as owed").click()
    buyer.get_by_label("Due").fill("2027-02-01")
    buyer.get_by_role("textbox", name="Loans").fill("")
    press(buyer, "List it")
    expect(buyer.get_by_text("documents are listed.")).to_be_visible()
    look(buyer, "settlement-after-buyer")
    tab(seller, "After closing")
    look(seller, "settlement-after-seller")
    buyer.get_by_role("link", name="Issue as a pool").click()
    buyer.wait_for_load_state()
    look(buyer, "settlement-issue")
    buyer.get_by_label("Name").fill("OSP 2026-1")
    buyer.get_by_label("Pass-through coupon, percent").fill("3")
    buyer.get_by_label("Issue month").fill("2026-12")
    press(buyer, re.compile("^Issue"))
    expect(buyer.get_by_role("heading", name="OSP 2026-1")).to_be_visible()

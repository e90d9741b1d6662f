"""A lender prices 500 loans, reads the first answer and then the best one, asks why, accepts, and goes on to sell."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Windows
from tests.journeys.looking import look
from tests.journeys.people import PASSWORD, Person
from tests.running import Running

PLANNER = Person("Paula Planner", "paula@eastgate.example", "Eastgate Mortgage", "lender", ("uploader", "manager"))
LOANS = 500
ANSWER_MS, BEST_MS = 90_000, 240_000
BROKEN = "agency,term,coupon,settlement,price\nfannie_mae,30,5.5,2026-12,dear\nnobody,30,6,December,101\n"
MAKE = """
import json
from accounts.models import Organization, User
from accounts.services.organizations import free_slug
from accounts.services.people import create_person
from django.db import transaction
from loans.models import CriteriaVersion
from tests.portfolios import planning
person = json.loads(PERSON)
organization, _ = Organization.objects.get_or_create(
    name=person["organization"], defaults={"kind": person["kind"], "slug": free_slug(person["organization"])})
user = User.objects.filter(email=person["email"]).first() or create_person(
    email=person["email"], name=person["name"], password=PASSWORD, organization=organization, roles=person["roles"])
with transaction.atomic():  # no worker sees a check that it would go on with
    run = planning.checked(user, LOANS, criteria=CriteriaVersion.objects.get(code="PRIVATE-2026-09"), seed=11)
print(json.dumps(run.pk))
"""
# So few loans are solved in a moment, and nobody would see the first answer.
HOLD = """
SELECT pg_advisory_lock(1);
CREATE FUNCTION wait_for_the_reader() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END';
CREATE TRIGGER wait_for_the_reader BEFORE UPDATE ON portfolios_poolingplan
    FOR EACH ROW WHEN (NEW.state = 'done') EXECUTE FUNCTION wait_for_the_reader();
"""
MADE = """
import json
from portfolios.models import Bundle
from portfolios.models.plans import PoolingPlan
from portfolios.queries.plans import placements
plan = PoolingPlan.objects.get(pk=PLAN)
bundles = Bundle.objects.filter(run=plan.run)
sold = [pool for pool in plan.summary["pools"] if pool["bundle"]]
print(json.dumps({
    "state": plan.state, "bundles": bundles.count(), "pools": len(sold),
    "purchasers": bundles.exclude(purchaser=None).count(),
    "loans": sum(bundle.loan_count for bundle in bundles), "placed": sum(pool["loans"] for pool in sold),
}))
"""


@pytest.fixture(scope="module")
def run(site: Running) -> int:
    """A finished check of synthetic loans against the criteria of private purchasers."""
    found: int = site.ask(MAKE, PERSON=json.dumps(asdict(PLANNER)), PASSWORD=PASSWORD, LOANS=LOANS)
    return found


def test_from_prices_to_bundles(
    run: int, page_of: Callable[[Person], Page], windows: Windows, site: Running, tmp_path: Path
) -> None:
    page = page_of(PLANNER)
    load_prices(page)
    with windows.watch(page).expecting(422):
        refuse_a_broken_file(page, tmp_path)
    with best_answer_held(site):
        ask_for_a_plan(page, run)
        first = see_the_first_answer(page)
    see_the_best(page, first)
    explain_a_loan(page)
    number = accept(page)
    made = site.ask(MADE, PLAN=number)
    assert made["state"] == "accepted"
    assert made["bundles"] == made["pools"] > 3
    assert made["loans"] == made["placed"]
    assert made["purchasers"] == 0
    go_on_to_sell(page, made["bundles"])


def load_prices(page: Page) -> None:
    """The synthetic prices that ship, and one of their grids price by price."""
    page.goto("/grids/")
    expect(page.get_by_text("No prices yet.")).to_be_visible()
    look(page, "grids-none")
    page.get_by_role("button", name="Load synthetic prices").click()
    expect(page.locator("#grids tbody tr")).to_have_count(11)
    look(page, "grids")
    page.get_by_role("link", name="Synthetic MBS coupons").click()
    expect(page.get_by_text("Synthetic prices.")).to_be_visible()
    look(page, "grid")


def refuse_a_broken_file(page: Page, folder: Path) -> None:
    """Every wrong cell is named with its cure, and nothing of the file is kept."""
    broken = folder / "broken.csv"
    broken.write_text(BROKEN)
    page.goto("/grids/load/mbs/")
    look(page, "grid-load")
    page.locator("input[type=file]").set_input_files(broken)
    page.get_by_label("Quoted by").fill("Desk of Eastgate")
    page.get_by_role("button", name="Load prices").click()
    expect(page.get_by_text("3 things in the file need a cure")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("dear"))).to_contain_text("price")
    look(page, "grid-problems")


def ask_for_a_plan(page: Page, run: int) -> None:
    """By keyboard: the check is chosen, the name typed and the form sent without a mouse."""
    page.goto("/plans/")
    expect(page.get_by_text("No plan yet")).to_be_visible()
    look(page, "plans-none")
    page.goto("/plans/new/")
    choice = page.locator(f"#checks a[href='?run={run}']")
    choice.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New plan")).to_be_visible()
    look(page, "plan-new")
    page.get_by_label("Name").fill("Eastgate, November")
    page.get_by_label("Only loans without open fatal findings").focus()
    page.get_by_role("button", name="Make the plan").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/plans/\d+/"))


@contextmanager
def best_answer_held(site: Running) -> Iterator[None]:
    """No plan is done for as long as the block takes."""
    with psycopg.connect(site.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(HOLD)
        yield


def see_the_first_answer(page: Page) -> int:
    """The page comes forward by itself, and says which of the two answers it shows; what that one earns."""
    verdict = page.locator(".pl-verdict").first
    expect(verdict).to_contain_text("First answer: the plan earns $", timeout=ANSWER_MS)
    expect(page.get_by_role("heading", name="Looking for the best answer")).to_be_visible()
    return earned(verdict.inner_text())


def see_the_best(page: Page, first: int) -> None:
    verdict = page.locator(".pl-verdict").first
    expect(page.get_by_role("heading", name="Looking for the best answer")).to_have_count(0, timeout=BEST_MS)
    expect(verdict).to_contain_text("bp more than the best single execution of each loan")
    expect(verdict).to_contain_text("No plan can earn more than")
    assert earned(verdict.inner_text()) >= first
    look(page, "plan")


def earned(verdict: str) -> int:
    found = re.search(r"plan earns \$([\d,]+) over par", verdict)
    assert found is not None, verdict
    return int(found[1].replace(",", ""))


def explain_a_loan(page: Page) -> None:
    """From the rule that stopped most to one loan, its prices, and the row of the grid that a price comes from."""
    page.get_by_role("link", name=re.compile("^Loans")).click()
    page.get_by_role("link", name=re.compile("Kept from something better")).click()
    expect(page.locator("#plan-loans tbody tr.two")).not_to_have_count(0)
    look(page, "plan-loans")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/plans/\d+/loans/\d+/"))
    expect(page.locator(".pl-verdict")).to_contain_text("would pay")
    expect(page.locator("#build-up")).to_contain_text("Earns over par")
    look(page, "plan-loan")
    here = page.url
    page.locator("#offers a").nth(1).click()
    expect(page.locator("#offers tr[aria-selected=true]")).to_have_count(1)
    page.goto(here)
    page.keyboard.press("]")
    page.wait_for_url(lambda address: address != here)
    page.locator("#build-up a").first.click()
    page.wait_for_url(re.compile(r"/grids/\d+/.*#row-\d+"))
    expect(page.locator(f"#{page.url.split('#')[1]}")).to_be_visible()
    page.go_back()


def accept(page: Page) -> int:
    """What will be made is shown first; the plan then has its bundles."""
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Eastgate, November").click()
    page.get_by_role("link", name="Accept plan").click()
    expect(page.get_by_role("heading", name=re.compile(r"^Make \d+ bundles of [\d,]+ loans\?"))).to_be_visible()
    look(page, "plan-accept")
    page.get_by_role("button", name=re.compile("^Make ")).click()
    expect(page.get_by_role("heading", name="Its bundles")).to_be_visible()
    expect(page.get_by_role("link", name="Sell these bundles")).to_be_visible(timeout=BEST_MS)
    look(page, "plan-accepted")
    found = re.search(r"/plans/(\d+)/", page.url)
    assert found is not None
    return int(found[1])


def go_on_to_sell(page: Page, bundles: int) -> None:
    """The bundles come along into a new sale; one of them says that nobody is asked to buy it yet."""
    page.locator("#bundles a").first.click()
    expect(page.get_by_text("No purchaser yet")).to_be_visible()
    expect(page.get_by_role("link", name="Offer in a sale")).to_be_visible()
    look(page, "bundle-without-purchaser")
    page.get_by_role("link", name="Choose purchaser").click()
    look(page, "bundle-purchaser")
    page.goto("/plans/?show=accepted")
    look(page, "plans")
    page.get_by_role("link", name="Eastgate, November").click()
    page.get_by_role("link", name="Sell these bundles").click()
    page.get_by_label("Name").fill("Eastgate November sale")
    page.get_by_role("button", name="Begin the draft").click()
    page.wait_for_url(re.compile("/sales/S-[^/]+/lots/"))
    expect(page.locator("input[name=bundles]:checked")).to_have_count(bundles)

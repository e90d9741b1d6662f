"""The page of a pool as an analyst uses it: charts and their table, workings, prices, months, and without scripts."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Windows
from tests.journeys.looking import look
from tests.journeys.people import PASSWORD, Person
from tests.running import Running

ANALYST = Person("Ana Analyst", "ana@meridian.example", "Meridian Capital", "purchaser", ("analyst",))
MAKE = """
import json
from datetime import timedelta
from decimal import Decimal
from django.utils import timezone
from accounts.models import Organization, User
from accounts.services.people import create_person
from portfolios.models import RedFlag
from tests.portfolios import paying
person = json.loads(PERSON)
organization = Organization.objects.get(name=person["organization"])
user = User.objects.filter(email=person["email"]).first() or create_person(
    email=person["email"], name=person["name"], password=PASSWORD, organization=organization, roles=person["roles"])
pool = paying.paying(user, name="PL 2025-T01", price=Decimal("101.5"), skip=[5])
paying.published(pool, (14, str(pool.factor + Decimal("0.00000412"))))
RedFlag.objects.create(security=pool, month=pool.month, code="disagrees", kind="data", level=1, current=True,
    sentence="The published factor and the computed one are 0.00000412 apart.", raised_at=timezone.now())
paid = paying.paying(user, name="PL 2025-T02", portfolio=pool.portfolio)
paying.computed(paid, 15, Decimal("0.00000000"), balance=Decimal(0), loan_balance=Decimal(0))
empty = paying.pool(user, name="PL 2025-T03", portfolio=pool.portfolio)
print(json.dumps([one.get_absolute_url() for one in (pool, paid, empty)]))
"""
DRAWN = "#chart-path svg"


@pytest.fixture(scope="module")
def pools(site: Running) -> list[str]:
    """A pool with a gap and a correction, one paid off, and one without months."""
    return site.ask(MAKE, PERSON=json.dumps(asdict(ANALYST)), PASSWORD=PASSWORD)


@pytest.fixture
def page(pools: list[str], page_of: Callable[[Person], Page]) -> Page:
    return page_of(ANALYST)


def test_the_charts_are_drawn_and_have_their_table_behind(page: Page, pools: list[str]) -> None:
    page.goto(pools[0])
    expect(page.locator(DRAWN)).to_be_visible()
    chart = page.locator("#chart-path")
    expect(chart).to_have_attribute("role", "img")
    expect(chart).to_have_attribute("aria-label", re.compile("Pool factor by month since Jan 2025"))
    table = page.get_by_role("region", name=re.compile("Factor path and CPR by month"))
    expect(table).to_be_hidden()
    look(page, "pool")
    page.get_by_role("button", name="Table").click()
    expect(table).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(40)
    look(page, "pool-table")


def test_a_range_changes_the_chart_and_the_address(page: Page, pools: list[str]) -> None:
    page.goto(pools[0])
    expect(page.get_by_text("Jan 2027", exact=True).first).to_be_visible()
    page.get_by_role("link", name="1 year").click()
    expect(page.get_by_role("link", name="1 year")).to_have_attribute("aria-current", "true")
    expect(page.locator("#chart-path").get_by_text("Jan 2027", exact=True)).to_have_count(0)
    assert "range=1y" in page.url
    page.reload()
    expect(page.get_by_role("link", name="1 year")).to_have_attribute("aria-current", "true")


def test_colors_follow_the_theme_while_the_page_is_open(page: Page, pools: list[str]) -> None:
    page.goto(pools[0])
    drawn = "() => [...document.querySelectorAll('#chart-path path')].map(line => line.getAttribute('stroke')).join()"
    expect(page.locator(DRAWN)).to_be_visible()
    page.emulate_media(color_scheme="light")
    light = page.evaluate(drawn)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"before => ({drawn})() !== before", arg=light)


def test_figures_open_their_working_by_keyboard(page: Page, pools: list[str]) -> None:
    page.goto(pools[0])
    button = page.get_by_role("button", name="show the working").nth(2)
    button.focus()
    page.keyboard.press("Enter")
    working = page.get_by_role("dialog", name="Working of CPR, 1 month")
    expect(working).to_be_visible()
    expect(working.get_by_text("SF-5, SF-7")).to_be_visible()
    page.keyboard.press("Escape")
    expect(working).to_be_hidden()
    expect(button).to_be_focused()


def test_a_price_in_32nds_moves_the_matrix(page: Page, pools: list[str]) -> None:
    page.goto(pools[0])
    expect(page.get_by_role("rowheader", name="101-16 last")).to_be_visible()
    page.get_by_label("Price", exact=True).fill("98-08")
    page.get_by_role("button", name="Work out").click()
    expect(page.get_by_role("rowheader", name="98-08 asked")).to_be_visible()
    page.get_by_role("button", name="Working", exact=True).click()
    expect(
        page.get_by_role("dialog", name="Working of the marked yield").get_by_text("98-08 (98.25000)")
    ).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Back to the usual").click()
    expect(page.get_by_role("rowheader", name="101-16 last")).to_be_visible()


def test_months_and_one_of_them(page: Page, pools: list[str]) -> None:
    page.goto(pools[0])
    page.get_by_role("link", name="All 15 months").click()
    expect(page.get_by_text("No source has a factor of this month.")).to_have_count(1)
    look(page, "pool-months")
    page.get_by_role("link", name="Mar 2026").click()
    expect(page.get_by_role("heading", level=1, name="March 2026")).to_be_visible()
    expect(page.get_by_text("more than 0.00000001 apart")).to_be_visible()
    look(page, "pool-month")


def test_the_other_states(page: Page, pools: list[str]) -> None:
    for address, words in zip(pools[1:], ("Paid off in Apr 2026.", "No month yet."), strict=True):
        page.goto(address)
        expect(page.get_by_text(words)).to_be_visible()
        look(page, f"pool-{words[:2].lower()}")


def test_without_scripts_the_table_stands_in(page: Page, windows: Windows, pools: list[str]) -> None:
    still = windows.open(java_script_enabled=False, storage_state=page.context.storage_state())
    still.goto(pools[0])
    expect(still.get_by_role("region", name=re.compile("Factor path and CPR by month"))).to_be_visible()
    expect(still.locator("#chart-path")).to_be_hidden()
    expect(still.get_by_role("button", name="Table")).to_have_count(0)

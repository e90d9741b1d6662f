"""A whole sale in browsers: pooled by the plan, sealed by four bidders, opened by two of three, awarded, settled."""

import re
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.journeys import keys, wholesale
from tests.journeys.bidpanel import open_panel, price, seal, sign
from tests.journeys.conftest import Windows
from tests.journeys.people import PASSWORD, Person
from tests.journeys.steps import start_check, upload, wait_for_results
from tests.journeys.wholesale import FIRST, GONE, LINKED, SECOND, SELLER, TIED, WITNESS, LotSold
from tests.running import Running

LOANS = 2_000
SOLVE_MS, BUNDLES_MS = 150_000, 90_000
LEAST_SECONDS = 30
LINKED_PRICE, TIED_PRICE, WITHDRAWN_PRICE = "98.91731", "97.41863", "99.98765"
SINGLE_PRICES = {"A": "98.81119", "B": "98.40021"}
OFFERS: list[wholesale.Offer] = [
    (LINKED.organization, {"A": LINKED_PRICE, "B": LINKED_PRICE}),
    *((FIRST.organization, {code: price}) for code, price in SINGLE_PRICES.items()),
    (FIRST.organization, {"C": TIED_PRICE}),
    (TIED.organization, {"C": TIED_PRICE}),
]
CANARIES = (LINKED_PRICE, TIED_PRICE, WITHDRAWN_PRICE, *SINGLE_PRICES.values())

PageOf = Callable[[Person], Page]


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    path = tmp_path / "kestrel.csv"
    with (tmp_path / "log").open("w") as log:
        call_command("generate_tape", path, loans=LOANS, seed=41, stdout=log)
    return path


def test_a_whole_sale(site: Running, page_of: PageOf, windows: Windows, tape: Path, tmp_path: Path) -> None:
    wholesale.make_people(site)
    seller = page_of(SELLER)
    plan_bundles(seller, tape)
    began = time.monotonic()
    number = draft(seller)
    files = keys.register(site, number, {who: passphrase_of(who) for who in wholesale.OPENERS}, tmp_path)
    pace = time.monotonic() - began  # bidding is about as much work as the draft
    due = announce(seller, site, number, max(LEAST_SECONDS, round(4 * pace)))
    wholesale.admit(site, number)
    lots = wholesale.lots_of(site, number)
    bid(page_of, number)
    late = ready_to_be_late(page_of(GONE), number)
    wholesale.assert_nowhere(site, CANARIES)
    wait_until(late, due)
    come_late(late, windows)
    open_bids(page_of, number, files)
    total, winners = wholesale.best_by_hand(lots, OFFERS)
    assert winners == [OFFERS[0], OFFERS[3]]
    award(seller, page_of(SECOND), number, total)
    settle(page_of, number, tape, lots)
    check_record(seller, site, number, tmp_path)


def plan_bundles(page: Page, tape: Path) -> None:
    """Two thousand loans, checked, and pooled by the plan that earns most."""
    upload(page, tape)
    page.get_by_label("Check against").select_option("FNMA-2026-09")
    start_check(page)
    run = wait_for_results(page)
    page.goto("/grids/")
    page.get_by_role("button", name="Load synthetic prices").click()
    expect(page.get_by_role("heading", name="Loaded")).to_be_visible()
    page.goto(f"/plans/new/?run={run}")
    page.get_by_label("Look for the best answer").select_option("30")
    page.get_by_role("button", name="Make the plan").click()
    accept = page.get_by_role("link", name=re.compile("Accept"))
    expect(page.get_by_text("Earns over par")).to_be_visible(timeout=SOLVE_MS)
    accept.first.click()
    page.get_by_role("button", name="Make the ticked bundles").click()
    expect(page.get_by_role("heading", name="Its bundles")).to_be_visible()
    wait_for_bundles(page)


def wait_for_bundles(page: Page) -> None:
    """Workers pick and add up the many bundles of a plan; the page comes forward by itself."""
    expect(page.locator("#bundles td.n.mut")).to_have_count(0, timeout=BUNDLES_MS)


def draft(page: Page) -> str:
    """A bulk sale of three lots, with its openers and four invited bidders; its number."""
    page.goto("/sales/new/")
    page.get_by_label("Name").fill("Project Kestrel")
    page.get_by_role("radio", name=re.compile("^Bulk sale")).check()
    page.get_by_role("button", name="Begin the draft").click()
    page.wait_for_url(re.compile(r"/sales/S-\d+-\d+/"))
    found = re.search(r"S-\d+-\d+", page.url)
    assert found is not None
    number = found[0]
    page.goto(f"/sales/{number}/lots/")
    for row in largest(page, 3):
        page.locator(".pl-ticks li").nth(row).get_by_role("checkbox").check()
    page.get_by_role("button", name="Add as lots").click()
    expect(page.get_by_label("Name of lot C")).to_be_visible()
    page.goto(f"/sales/{number}/terms/")
    for label, day in zip(("Cut-off", "Settlement"), days(), strict=True):
        page.get_by_label(label, exact=True).fill(day.isoformat())
    page.get_by_role("button", name="Save terms and dates").click()
    page.goto(f"/sales/{number}/openers/")
    page.get_by_label("E-mail addresses of the openers").fill("\n".join(who.email for who in wholesale.OPENERS))
    page.get_by_role("button", name="Name these openers").click()
    page.goto(f"/sales/{number}/bidders/")
    for bidder in wholesale.BIDDERS:
        page.goto(f"/sales/{number}/bidders/?find={bidder.organization.split()[0]}")
        page.get_by_role("checkbox", name=re.compile(bidder.organization)).check()
        page.get_by_role("button", name="Invite to bid").click()
        expect(page.get_by_role("link", name=bidder.organization)).to_be_visible()
    return number


def days() -> tuple[date, date]:
    """Cut-off and settlement, on days of the month that every way of counting takes for the same."""
    cut_off = date.today().replace(day=1)
    return cut_off, (cut_off + timedelta(days=62)).replace(day=18)


def largest(page: Page, count: int) -> list[int]:
    """Rows of the bundles with most loans, as the page says."""
    said = page.locator(".pl-ticks li").all_inner_texts()
    loans = [int(re.search(r"([\d,]+) loans?", text)[1].replace(",", "")) for text in said]  # type: ignore[index]
    return sorted(sorted(range(len(said)), key=lambda row: -loans[row])[:count])


def passphrase_of(person: Person) -> str:
    return f"{person.name} four plain words"


def announce(page: Page, site: Running, number: str, seconds: int) -> datetime:
    """Announce a sale whose bids are due in so many seconds; when that is."""
    due = wholesale.due_in(site, number, seconds)
    page.goto(f"/sales/{number}/announce/")
    page.get_by_role("button", name=f"Announce {number}").click()
    expect(page.get_by_role("timer")).to_be_visible()
    return due


def bid(page_of: PageOf, number: str) -> None:
    """A linked bid, three single offers, one that ties with the last of them, and one that is withdrawn."""
    panel = open_panel(page_of(LINKED), number)
    price(panel, 0, ("A", "B"), LINKED_PRICE)
    seal(panel, LINKED, 1)
    panel = open_panel(page_of(FIRST), number)
    for at, (code, amount) in enumerate([*SINGLE_PRICES.items(), ("C", TIED_PRICE)]):
        if at:
            panel.get_by_role("button", name="Add another offer").click()
        price(panel, at, (code,), amount)
    seal(panel, FIRST, 2)
    panel = open_panel(page_of(TIED), number)
    price(panel, 0, ("C",), TIED_PRICE)
    seal(panel, TIED, 3)
    panel = open_panel(page_of(GONE), number)
    panel.locator("[data-price]").first.fill(WITHDRAWN_PRICE)
    seal(panel, GONE, 4)
    panel.get_by_role("link", name="Withdraw bid").click()
    panel.get_by_role("button", name="Withdraw bid").click()
    expect(panel.get_by_text("None stands")).to_be_visible()


def ready_to_be_late(page: Page, number: str) -> Page:
    """A bid on the page before the deadline, sent after it."""
    open_panel(page, number).locator("[data-price]").first.fill(WITHDRAWN_PRICE)
    sign(page, GONE)
    return page


def wait_until(page: Page, moment: datetime) -> None:
    page.wait_for_timeout(max(0.0, (moment - datetime.now()).total_seconds() + 1) * 1000)


def come_late(page: Page, windows: Windows) -> None:
    with windows.watch(page).expecting(422):
        page.get_by_role("button", name=re.compile("^Seal (new )?bid$")).click()
        expect(page.get_by_role("alert").filter(has_text="Not received.")).to_be_visible()


def open_bids(page_of: PageOf, number: str, files: dict[Person, Path]) -> None:
    """The worker closes the record by itself; the adviser's key is never needed."""
    for person, button in ((SELLER, "Give my parts"), (WITNESS, "Give my parts and open all bids")):
        page = page_of(person)
        keys.wait_for_the_record_to_close(page, f"/sales/{number}/opening/")
        keys.unlock(page, passphrase_of(person), files[person], re.compile(button))
        said = "1 of 2 openers gave their parts" if person is SELLER else "The bids are open."
        expect(page.get_by_text(said)).to_be_visible(timeout=keys.WORK_MS)


def award(first: Page, second: Page, number: str, total: Decimal) -> None:
    """What two people sign is what pays most by hand."""
    first.goto(f"/sales/{number}/")
    first.get_by_role("button", name=re.compile(r"^Propose (award|\d+ awards)")).click()
    second.goto(f"/sales/{number}/")
    confirm = second.get_by_role("button", name=re.compile("Confirm award of"))
    expect(confirm).to_contain_text(f"${total:,.2f}")
    confirm.click()
    expect(second.get_by_text("Every bidder is told its own result").first).to_be_visible()


def settle(page_of: PageOf, number: str, tape: Path, lots: dict[str, LotSold]) -> None:
    """The linked lots: two loans are kicked out, and the statement is the one worked out by hand."""
    buyer, seller = page_of(LINKED), page_of(SELLER)
    buyer.goto(f"/sales/{number}/settlement/")
    page_url = buyer.url
    buyer.goto(f"{page_url}loans/?lot=A")
    out = kick_out(buyer, 2)
    seller.goto(f"{page_url}loans/")
    seller.get_by_label("They leave").check()
    seller.get_by_role("button", name=re.compile("^Answer all")).click()
    expect(seller.get_by_text("Answered. The price is")).to_be_visible()
    for page in (buyer, seller):
        page.goto(page_url)
        page.get_by_role("button", name=re.compile("^Agree to")).click()
    expect(seller.get_by_text("Both sides agreed: loans and price stand.")).to_be_visible()
    sign_agreement(buyer, seller, page_url)
    seller.goto(f"{page_url}statement/")
    seller.get_by_role("button", name="Draw up the statement").click()
    by_hand = wholesale.settled_by_hand(tape, lots, OFFERS[0][1], out, days())
    for amount in (by_hand.price, by_hand.accrued, by_hand.funds):
        expect(seller.locator("main")).to_contain_text(f"{amount:,.2f}")


def kick_out(page: Page, count: int) -> list[str]:
    """Ask the first loans of the list out; their numbers."""
    rows = page.locator("#settlement-loans tbody tr")
    for at in range(count):
        rows.nth(at).get_by_role("checkbox").check()
    out = [rows.nth(at).locator("th").inner_text().strip() for at in range(count)]
    page.get_by_label("Reason").fill("Note is missing")
    page.get_by_role("button", name="Ask out").click()
    page.wait_for_load_state()
    return out


def sign_agreement(buyer: Page, seller: Page, url: str) -> None:
    seller.goto(f"{url}agreement/")
    seller.get_by_role("button", name="Draw up the agreement").click()
    for page in (seller, buyer):
        page.goto(f"{url}agreement/")
        page.get_by_role("button", name=re.compile("^Sign for")).click()
        page.wait_for_load_state()
        if "reauthenticate" in page.url:
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name=re.compile("Confirm|Continue")).click()
    expect(buyer.get_by_text("Both sides signed.")).to_be_visible()


def check_record(page: Page, site: Running, number: str, folder: Path) -> None:
    """Anybody can check the published record again; with one byte changed it fails."""
    page.goto(f"/sales/{number}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Bid record").click()
    record = folder / "record.json"
    download.value.save_as(record)
    code, said, _ = site.run("manage", "verify_sale", str(record))
    assert code == 0, said
    changed = record.read_bytes().replace(LINKED_PRICE.encode(), b"98.91732", 1)
    assert changed != record.read_bytes()
    record.write_bytes(changed)
    assert site.command("verify_sale", str(record))[0] != 0

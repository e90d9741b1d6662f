"""The offline page from a reader's own disk: it seals what the openers can open, and asks no network for anything."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from portfolios.domain.bidform.sheets import context_of
from portfolios.domain.sealing import Envelope, encoded, fingerprint, new_key_pair, opened, parts_of, receipt_of
from portfolios.offline import PAGE
from tests.journeys.looking import look
from tests.portfolios.bidcases import SHEET

PAIRS = {name: new_key_pair() for name in ("adviser", "seller", "witness")}
OPENERS = [
    {"name": name, "public": encoded(pair.public), "fingerprint": fingerprint(pair.public)}
    for name, pair in PAIRS.items()
]
ALLOCATION = b"loan_id,price\n1,98.5\n"
POOLS = {"A": {"rate": 6.413, "months": 352}, "B": {"rate": 6.5, "months": 340}}
SEALABLE = {**SHEET, "openers": OPENERS, "pools": POOLS}


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page opened from a folder, away from everything; it fails where it asks for anything or complains."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    copy = tmp_path / PAGE.name
    copy.write_bytes(PAGE.read_bytes())
    page.goto(copy.as_uri())
    yield page
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    assert said == []
    context.close()


def load(page: Page, sheet: dict[str, Any]) -> None:
    data = json.dumps(sheet).encode()
    page.get_by_label("Sheet, a JSON file").set_input_files(
        {"name": "sheet.json", "mimeType": "application/json", "buffer": data}
    )


def saved(page: Page) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name="Save").click()
    return Path(download.value.path()).read_bytes()


def content(data: bytes, sheet: dict[str, Any]) -> dict[str, Any]:
    envelope = Envelope.from_bytes(data)
    parts = [part for name in ("seller", "witness") for part in parts_of(envelope, name, PAIRS[name].private)]
    found = opened(envelope, parts, context_of(sheet))
    del found["nonce"]
    return found


def fill(page: Page) -> None:
    first = page.get_by_role("group", name="Offer 1")
    page.get_by_role("button", name="Add another offer").click()
    first.get_by_label("Lot A").fill("98.25 %")
    first.get_by_label("Lot B").fill("97")
    page.get_by_role("group", name="Offer 2").get_by_label("Lot C").fill("$125,000.50")
    page.get_by_label("Buyer", exact=True).fill("North Shore Capital LP")
    page.get_by_label("Signed by").fill("Ada Öz")
    page.get_by_label("The signer may bind the buying entity.").check()


def test_a_bid_is_filled_in_sealed_and_saved(page):
    load(page, SEALABLE)
    expect(page.locator("#facts")).to_contain_text("Tue, Dec 15, 2026, 2:00 PM EST")
    expect(page.locator("#openers")).to_contain_text(fingerprint(PAIRS["witness"].public))
    fill(page)
    expect(page.get_by_role("group", name="Offer 1")).to_contain_text("Pays $2,922,500.01")
    expect(page.get_by_role("group", name="Offer 1")).to_contain_text("Yield at 8% CPR: 6.758%")
    expect(page.get_by_role("group", name="Offer 2")).to_contain_text("Lot C has no note rate")
    page.get_by_text("Limits, validity and allocation").click()
    page.get_by_label("Prices by loan, lot A").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": ALLOCATION}
    )
    page.get_by_role("button", name="Seal").click()
    expect(page.locator("#sealed")).to_contain_text("Sealed.")
    look(page, "offline-sealed")
    data = saved(page)
    expect(page.locator("#sealed")).to_contain_text(receipt_of(data))
    assert content(data, SEALABLE) == {
        "offers": [
            {"lots": [{"lot": "A", "price": "98.25"}, {"lot": "B", "price": "97"}]},
            {"lots": [{"lot": "C", "price": "125000.50"}]},
        ],
        "entity": "North Shore Capital LP",
        "signer": "Ada Öz",
        "certified": ["authority"],
        "allocations": {"A": hashlib.sha256(ALLOCATION).hexdigest()},
    }


def test_a_final_round_names_the_first_bid_and_takes_conditions_where_the_sale_does(page):
    load(page, {**SEALABLE, "round": 2, "floors": {"A": "982500.00"}, "terms": {**SHEET["terms"], "conditions": True}})
    expect(page.locator("#facts")).to_contain_text("A $982,500.00; a final bid for the same lots is not below it")
    expect(page.get_by_label("Conditions, one a line")).to_be_visible()
    load(page, SEALABLE)
    expect(page.get_by_label("Conditions, one a line")).to_be_hidden()


def test_what_is_missing_is_said_before_anything_is_sealed(page):
    load(page, SEALABLE)
    look(page, "offline-empty-form")
    page.get_by_role("button", name="Seal").click()
    problems = page.locator("#problems")
    for sentence in ("It is not signed.", "It names no lot.", "It does not certify: The signer may bind"):
        expect(problems).to_contain_text(sentence)
    look(page, "offline-problems")
    expect(page.locator("#sealed")).to_be_hidden()
    fill(page)
    page.get_by_role("button", name="Seal").click()
    expect(page.locator("#sealed")).to_be_visible()
    page.get_by_label("Buyer", exact=True).fill("Another")  # what was sealed is not what stands there now
    expect(page.locator("#sealed")).to_be_hidden()


def test_a_reserve_is_sealed_alike(page):
    sheet = {**SEALABLE, "bidder": "reserve"}
    load(page, sheet)
    page.get_by_label("Lot A").fill("975,000.00")
    look(page, "offline-reserve")
    page.get_by_role("button", name="Seal").click()
    assert content(saved(page), sheet) == {"lots": [{"lot": "A", "amount": "975000.00"}]}


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ({"v": 1}, "This is not the sheet of a sale"),
        ({**SEALABLE, "v": 2}, "This is not the sheet of a sale"),
        (
            {**SEALABLE, "openers": [{**OPENERS[0], "public": OPENERS[1]["public"]}, *OPENERS[1:]]},
            "The key of adviser is not the one of its fingerprint",
        ),
    ],
)
def test_another_file_gets_a_sentence_and_no_form(page, sheet, words):
    load(page, sheet)
    expect(page.locator("#sheet-said")).to_contain_text(words)
    expect(page.get_by_role("button", name="Seal")).to_be_hidden()

"""The form of a bid in a browser says what Python says, case by case; what it seals opens to what was filled in."""

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Error, Page

from portfolios.domain.awards import Lot
from portfolios.domain.sales import PriceUnit
from portfolios.domain.sealing import Context, Envelope, decoded, encoded, new_key_pair, opened, parts_of, receipt_of
from tests.journeys.test_sealing import serve, without_nonce
from tests.portfolios.bidcases import CASES, NAMES, SHEET, sheet_of

ASK = """async (cases) => {
    const { problems, totals } = await import("/js/bidform.js");
    return cases.map(([bid, sheet, counted]) => [problems(bid, sheet), counted ? totals(bid, sheet) : []]);
}"""
SEAL = """async ([bid, sheet]) => {
    const { sealed } = await import("/js/bidform.js");
    const { encoded } = await import("/js/sealing.js");
    const { envelope, receipt } = await sealed(bid, sheet);
    return [encoded(envelope), receipt];
}"""
MONEY = """async (amounts) => {
    const { money } = await import("/js/bidform.js");
    return amounts.map(money);
}"""
PAIRS = {name: new_key_pair() for name in ("adviser", "seller", "witness")}
OPENERS = [{"name": name, "public": encoded(pair.public), "fingerprint": ""} for name, pair in PAIRS.items()]
BID = CASES[0]["content"]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.route("**/*", serve)
    page = context.new_page()
    page.goto("http://localhost/")
    yield page
    context.close()


@pytest.fixture(scope="module")
def said(page: Page) -> list[tuple[list[str], list[dict[str, str]]]]:
    asked = [[case["content"], sheet_of(case), "totals" in case] for case in CASES]
    found: list[tuple[list[str], list[dict[str, str]]]] = page.evaluate(ASK, asked)
    return found


@pytest.mark.parametrize("number", range(len(CASES)), ids=NAMES)
def test_both_say_the_same_sentences(said, number):
    sentences, amounts = said[number]
    assert sentences == CASES[number]["problems"]
    assert [each["amount"] for each in amounts] == CASES[number].get("totals", [])


def test_both_count_the_same_dollars(page):
    chance = random.Random(7)
    lots = [Lot("A", Decimal(chance.randrange(1, 10 ** chance.randint(1, 14))) / 100) for _ in range(300)]
    prices = [str(Decimal(chance.randrange(1, 10 ** chance.randint(1, 8))) / 100_000) for _ in lots]
    asked = [
        [
            {"offers": [{"lots": [{"lot": "A", "price": f"{Decimal(price):f}"}]}]},
            {**SHEET, "lots": [{"lot": "A", "name": "", "upb": f"{lot.upb:.2f}", "unit": PriceUnit.PERCENT}]},
            True,
        ]
        for lot, price in zip(lots, prices, strict=True)
    ]
    counted = [totals[0]["amount"] for _, totals in page.evaluate(ASK, asked)]
    assert counted == [str(lot.amount(Decimal(price))) for lot, price in zip(lots, prices, strict=True)]


def test_both_write_dollars_alike(page):
    amounts = ["0.00", "1.5", "999", "1000.00", "123456789.01", "99999999999.99"]
    assert page.evaluate(MONEY, amounts) == [f"{Decimal(amount):,.2f}" for amount in amounts]


def test_a_bid_is_sealed_for_what_its_sheet_says(page):
    data, receipt = page.evaluate(SEAL, [BID, {**SHEET, "openers": OPENERS}])
    envelope = Envelope.from_bytes(decoded(data))
    assert receipt == receipt_of(decoded(data))
    parts = [part for name in ("adviser", "witness") for part in parts_of(envelope, name, PAIRS[name].private)]
    expected = Context(**{name: SHEET[name] for name in ("sale", "round", "bidder", "seq", "tape_sha256", "deadline")})
    assert without_nonce(opened(envelope, parts, expected)) == BID


def test_a_bid_with_a_problem_is_not_sealed(page):
    with pytest.raises(Error, match="It is not signed"):
        page.evaluate(SEAL, [{**BID, "signer": ""}, {**SHEET, "openers": OPENERS}])

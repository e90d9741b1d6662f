"""Sealing in a browser and in Python are one format: each opens what the other sealed."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Route

from portfolios.domain.sealing import (
    Context,
    Envelope,
    NotOpened,
    Opener,
    Part,
    canonical,
    decoded,
    encoded,
    new_key_pair,
    opened,
    parts_of,
    receipt_of,
    seal,
)

STATIC = Path(__file__).parents[2] / "static"
PAIRS = {name: new_key_pair() for name in ("adviser", "seller", "witness")}
CONTEXT = Context("S-2026-0004", 1, "north-shore", 1, "ab" * 32, "2026-12-01T22:00:00Z")
BID = {"lots": [{"lot": "A", "price": "98.73125"}], "signer": 'Ada Öz "€" 🏠\u2028\t'}
SEAL = """async ([bid, context, openers, k]) => {
    const { seal, decoded, encoded } = await import("/js/sealing.js");
    const known = openers.map(({ name, key }) => ({ name, public: decoded(key) }));
    const { envelope, receipt } = await seal(bid, context, known, k);
    return [encoded(envelope), receipt];
}"""
PARTS = """async ([envelope, name, key]) => {
    const { partsOf, decoded } = await import("/js/sealing.js");
    return partsOf(decoded(envelope), name, decoded(key));
}"""
PAIR = """async () => {
    const { newKeyPair, encoded } = await import("/js/sealing.js");
    const pair = await newKeyPair();
    return [encoded(pair.private), encoded(pair.public)];
}"""
WRITE = """async (thing) => {
    const { canonical, encoded } = await import("/js/sealing.js");
    return encoded(canonical(thing));
}"""


def serve(route: Route) -> None:
    """The scripts as they are; any other address is an empty page."""
    path = STATIC / route.request.url.split("localhost/", 1)[1]
    if path.suffix == ".js":
        route.fulfill(path=path, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>empty</title>", content_type="text/html")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.route("**/*", serve)
    page = context.new_page()
    page.goto("http://localhost/")  # a secure context, which WebCrypto asks for
    yield page
    context.close()


def sealed_there(page: Page, bid: Any = BID, k: int = 2) -> Envelope:
    openers = [{"name": name, "key": encoded(pair.public)} for name, pair in PAIRS.items()]
    data, receipt = page.evaluate(SEAL, [bid, asdict(CONTEXT), openers, k])
    assert receipt_of(decoded(data)) == receipt
    return Envelope.from_bytes(decoded(data))


def without_nonce(bid: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in bid.items() if key != "nonce"}


@pytest.mark.parametrize("k", [2, 3])
def test_python_opens_what_a_browser_sealed(page, k):
    envelope = sealed_there(page, k=k)
    parts = [part for name in list(PAIRS)[:k] for part in parts_of(envelope, name, PAIRS[name].private)]
    assert without_nonce(opened(envelope, parts, CONTEXT)) == BID


def test_a_browser_unseals_the_parts_of_what_python_sealed(page):
    envelope = seal(BID, CONTEXT, [Opener(name, pair.public) for name, pair in PAIRS.items()], 2)
    given = [
        Part(tuple(part["group"]), part["name"], part["part"])
        for name in ("adviser", "witness")
        for part in page.evaluate(PARTS, [encoded(envelope.to_bytes()), name, encoded(PAIRS[name].private)])
    ]
    assert without_nonce(opened(envelope, given, CONTEXT)) == BID


def test_one_opener_in_a_browser_is_not_enough(page):
    envelope = sealed_there(page)
    with pytest.raises(NotOpened, match="1 of 2"):
        opened(envelope, parts_of(envelope, "seller", PAIRS["seller"].private), CONTEXT)


def test_another_key_opens_nothing_in_a_browser(page):
    data = encoded(sealed_there(page).to_bytes())
    with pytest.raises(Error):
        page.evaluate(PARTS, [data, "seller", encoded(PAIRS["witness"].private)])


def test_a_key_made_in_a_browser_opens_in_python(page):
    private, public = page.evaluate(PAIR)
    openers = [Opener("seller", decoded(public)), Opener("witness", PAIRS["witness"].public)]
    envelope = seal(BID, CONTEXT, openers, 2)
    parts = parts_of(envelope, "seller", decoded(private)) + parts_of(envelope, "witness", PAIRS["witness"].private)
    assert without_nonce(opened(envelope, parts, CONTEXT)) == BID


@pytest.mark.parametrize(
    "thing",
    [BID, {"b": 1, "a": [], "": {"Z": "z", "a": ""}}, ["\x00\x1f\x7f\\/\"'", -5, 0, 2**53 - 1], "é\u0301 𝔸", {}],
)
def test_both_write_a_thing_alike(page, thing):
    assert decoded(page.evaluate(WRITE, thing)) == canonical(thing)


@pytest.mark.parametrize("thing", [1.5, None, True, {"é": "x"}, [2**53]])
def test_a_browser_refuses_what_the_other_would_write_otherwise(page, thing):
    with pytest.raises(Error, match="TypeError"):
        page.evaluate(WRITE, thing)


def test_one_lot_and_twenty_lots_are_of_one_length(page):
    lots = [{"lot": str(number), "price": "98.73125"} for number in range(20)]
    one, twenty = sealed_there(page), sealed_there(page, {"lots": lots, "signer": "Ada"})
    assert len(one.to_bytes()) == len(twenty.to_bytes())
    assert "98.73125" not in json.dumps(json.loads(one.to_bytes()))

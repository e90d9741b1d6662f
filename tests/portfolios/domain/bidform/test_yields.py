"""The yield beside a price: the same figures in Python and in a browser, and those of a textbook."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from portfolios.domain.bidform.yields import Priced, offer_yield

ROOT = Path(__file__).resolve().parents[4]
VECTORS = json.loads((ROOT / "tests/data/bidform/yields.json").read_text(encoding="utf-8"))
SCRIPT = (ROOT / "static/js/bidyield.js").read_text(encoding="utf-8")
ASK = """async ([script, cases]) => {
    const { offerYield } = await import("data:text/javascript;base64," + script);
    return cases.map(({ lots, cpr, servicing }) => offerYield(lots, cpr, servicing));
}"""
UNUSABLE = [
    {"lots": [], "cpr": 8, "servicing": 0.25},
    {"lots": [{"upb": 1000, "price": 0, "rate": 6, "months": 360}], "cpr": 8, "servicing": 0.25},
    {"lots": [{"upb": 1000, "price": 98, "rate": 6, "months": 1e9}], "cpr": 8, "servicing": 0.25},
    {"lots": [{"upb": 1000, "price": 98, "rate": 6, "months": 360}], "cpr": 101, "servicing": 0.25},
    {"lots": [{"upb": 1000, "price": 98, "rate": 0.1, "months": 360}], "cpr": 0, "servicing": 9},
]


@pytest.mark.parametrize("case", VECTORS)
def test_python_agrees_with_the_vectors(case):
    lots = [Priced(**lot) for lot in case["lots"]]
    assert offer_yield(lots, cpr=case["cpr"], servicing=case["servicing"]) == pytest.approx(case["yield"], abs=1e-8)


def test_a_browser_agrees_with_the_vectors_and_asks_nobody(browser: Browser):
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
    found = page.evaluate(ASK, [b64encode(SCRIPT.encode()).decode(), [*VECTORS, *UNUSABLE]])
    page.close()
    assert found[: len(VECTORS)] == [pytest.approx(case["yield"], abs=1e-8) for case in VECTORS]
    assert found[len(VECTORS) :] == [None] * len(UNUSABLE)
    assert asked == []


def test_six_percent_at_par_is_its_bond_equivalent():
    """A mortgage at par without delay yields its rate, compounded twice a year: 200·[1.005^6 − 1]."""
    assert offer_yield([Priced(1e6, 100, 6, 360)], cpr=0, servicing=0) == pytest.approx(200 * (1.005**6 - 1), abs=1e-9)


@given(st.floats(50, 99.9), st.floats(0, 60))
def test_below_par_faster_prepayment_yields_more(price, cpr):
    lots = [Priced(1e6, price, 6, 360)]
    assert offer_yield(lots, cpr=cpr + 5, servicing=0) > offer_yield(lots, cpr=cpr, servicing=0)


def test_nothing_in_what_works_out_yields_can_send():
    ui = (ROOT / "static/js/bidyields.js").read_text(encoding="utf-8")
    for word in (
        "fetch",
        "XMLHttpRequest",
        "sendBeacon",
        "WebSocket",
        "EventSource",
        "localStorage",
        ".src",
        "location",
    ):
        assert word not in SCRIPT + ui
